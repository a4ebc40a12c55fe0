import { defineConfig } from '@playwright/test'

// CHROMIUM names a browser that is installed already, such as /usr/bin/chromium.
const executablePath = process.env.CHROMIUM

export default defineConfig({
    testDir: 'tests/browser',
    workers: 1,
    use: {
        baseURL: 'http://127.0.0.1:4173',
        launchOptions: executablePath ? { executablePath, args: ['--no-sandbox'] } : {},
    },
    webServer: {
        command: 'npx vite preview --host 127.0.0.1 --port 4173 --strictPort',
        url: 'http://127.0.0.1:4173',
    },
})

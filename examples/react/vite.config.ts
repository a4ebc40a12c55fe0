import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The key stays here, in the development server: a personal API key never belongs into a page.
const host = process.env.POSTHOG_HOST ?? 'http://127.0.0.1:8129'
const key = process.env.POSTHOG_PERSONAL_API_KEY ?? ''
const proxy = {
    '/api': { target: host, changeOrigin: true, headers: { Authorization: `Bearer ${key}` } },
}

export default defineConfig({
    plugins: [react()],
    server: { proxy },
    preview: { proxy },
    test: { include: ['tests/*.test.ts'] },
})

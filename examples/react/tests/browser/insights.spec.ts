import { expect, test } from '@playwright/test'

import { control } from '../mock'

test.beforeEach(async () => {
    await control('POST', '/reset')
})

test('draws an insight after it was calculated', async ({ page }) => {
    await control('PUT', '/refresh', { mode: 'manual' })
    await page.goto('/')
    await page.getByRole('button', { name: 'Daily visitors' }).click()
    await expect(page.getByRole('status')).toHaveText('Calculating…')
    await expect(page.getByRole('img', { name: 'Chart' })).toHaveCount(0)

    const jobs = async () => (await control('GET', '/jobs')) as { id: number }[]
    await expect.poll(async () => (await jobs()).length).toBe(1)
    const [job] = await jobs()
    await control('POST', `/jobs/${job!.id}/transition`, { to: 'running' })
    await control('POST', `/jobs/${job!.id}/transition`, { to: 'complete' })
    await expect(page.getByRole('img', { name: 'Chart' }).locator('polyline')).toHaveCount(1)
    await expect(page.getByRole('figure')).toContainText('$pageview: ')
})

test('shows why PostHog refused', async ({ page }) => {
    await control('POST', '/faults', {
        match: { operation_id: 'insights_retrieve' },
        effect: { status: 429, retry_after: 7 },
    })
    await page.goto('/')
    await page.getByRole('button', { name: 'Daily visitors' }).click()
    await expect(page.getByRole('alert')).toContainText('throttled')
})

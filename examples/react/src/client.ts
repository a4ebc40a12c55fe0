import createClient from 'openapi-fetch'

import type { paths } from './posthog'

/** PostHog's API, typed by its contract. */
export type Client = ReturnType<typeof connect>

export function connect(baseUrl: string, key?: string) {
    const headers: Record<string, string> = key ? { Authorization: `Bearer ${key}` } : {}
    return createClient<paths, 'application/json'>({ baseUrl, headers })
}

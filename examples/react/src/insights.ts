import type { Client } from './client'

export interface InsightName {
    id: number
    name: string
}

/** One line of a chart. */
export interface Series {
    label: string
    data: number[]
    days: string[]
}

const POLL_MILLISECONDS = 500

/** The project's saved line charts, newest first. */
export async function listLineCharts(client: Client): Promise<InsightName[]> {
    const { data, error } = await client.GET('/api/projects/{project_id}/insights', {
        params: { path: { project_id: '@current' }, query: { limit: 100, saved: true, basic: true } },
    })
    if (!data) {
        throw new Error(reason(error))
    }
    return data.results.filter(isTrends).map((insight) => ({ id: insight.id, name: insight.name || 'Unnamed' }))
}

/** Calculate an insight in the background, and wait for its numbers. */
export async function refreshInsight(
    client: Client,
    id: number,
    onWait: () => void = () => {},
    pollMilliseconds = POLL_MILLISECONDS
): Promise<Series[]> {
    const started = await retrieve(client, id, 'force_async')
    const queryId = started.query_status?.id
    if (queryId) {
        while (!(await isComplete(client, queryId))) {
            onWait()
            await new Promise((resolve) => setTimeout(resolve, pollMilliseconds))
        }
    }
    const finished = await retrieve(client, id, 'force_cache')
    return (finished.result ?? []) as Series[]
}

async function retrieve(client: Client, id: number, refresh: 'force_async' | 'force_cache') {
    const { data, error } = await client.GET('/api/projects/{project_id}/insights/{id}', {
        params: { path: { project_id: '@current', id: String(id) }, query: { refresh } },
    })
    if (!data || !('result' in data)) {
        throw new Error(reason(error)) // only a list with `basic` leaves results out
    }
    return data
}

async function isComplete(client: Client, id: string): Promise<boolean> {
    const { data, error } = await client.GET('/api/projects/{project_id}/query/{id}', {
        params: { path: { project_id: '@current', id } },
    })
    if (!data) {
        throw new Error(reason(error)) // the status of a query that failed comes with 400
    }
    return data.query_status.complete ?? false
}

function isTrends(insight: { query?: unknown }): boolean {
    const query = insight.query as { source?: { kind?: string } } | null
    return query?.source?.kind === 'TrendsQuery'
}

function reason(error: unknown): string {
    const told = error as { detail?: string; query_status?: { error_message?: string } } | undefined
    return told?.query_status?.error_message ?? told?.detail ?? 'PostHog did not answer.'
}

/** What tests steer: a project of their own in the fake, its queries and its failures. */
import { connect, type Client } from '../src/client'

const host = process.env.POSTHOG_HOST ?? 'http://127.0.0.1:8129'

export interface Project {
    id: number
    client: Client
    control: (method: string, path: string, body?: object) => Promise<unknown>
}

export async function control(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${host}/_mock${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
    })
    if (!answer.ok) {
        throw new Error(`${method} /_mock${path}: ${await answer.text()}`)
    }
    return answer.status === 204 ? undefined : answer.json()
}

/** A project with the demo's insights, which no other test sees. */
export async function createProject(): Promise<Project> {
    const made = (await control('POST', '/projects', { fixture: 'demo' })) as {
        id: number
        personal_api_key: string
    }
    return { id: made.id, client: connect(host, made.personal_api_key), control }
}

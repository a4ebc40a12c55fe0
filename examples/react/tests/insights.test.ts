import { afterAll, beforeAll, expect, test } from 'vitest'

import { listLineCharts, refreshInsight } from '../src/insights'
import { control, createProject, type Project } from './mock'

let project: Project

beforeAll(async () => {
    project = await createProject()
})

afterAll(async () => {
    await control('DELETE', `/projects/${project.id}`)
})

test('lists the line charts of a project', async () => {
    const names = (await listLineCharts(project.client)).map((insight) => insight.name)
    expect(names).toContain('Daily visitors')
})

test('waits for a calculation in the background', async () => {
    await control('PUT', `/projects/${project.id}/refresh`, { mode: 'polls', polls: 3 })
    const [insight] = await listLineCharts(project.client)
    let waits = 0
    const series = await refreshInsight(project.client, insight!.id, () => (waits += 1), 1)
    expect(waits).toBe(2)
    expect(series[0]!.data.length).toBe(series[0]!.days.length)
    expect(series[0]!.data.some((value) => value > 0)).toBe(true)
})

test('says why a calculation failed', async () => {
    await control('PUT', `/projects/${project.id}/refresh`, {
        mode: 'instant',
        outcome: 'error',
        error_message: 'Estimated query execution time is too long.',
    })
    const [insight] = await listLineCharts(project.client)
    await expect(refreshInsight(project.client, insight!.id)).rejects.toThrow('too long')
})

test('says what PostHog said when the list fails', async () => {
    await control('POST', '/faults', {
        match: { project_id: project.id, operation_id: 'insights_list' },
        effect: { status: 503 },
        times: 1,
    })
    await expect(listLineCharts(project.client)).rejects.toThrow()
    expect((await listLineCharts(project.client)).length).toBeGreaterThan(0)
})

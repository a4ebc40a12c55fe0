import { useEffect, useState } from 'react'

import type { Client } from './client'
import { LineChart } from './LineChart'
import { type InsightName, listLineCharts, refreshInsight, type Series } from './insights'

/** A list of insights; a click calculates one and draws it. */
export function App({ client }: { client: Client }) {
    const [insights, setInsights] = useState<InsightName[]>([])
    const [chosen, setChosen] = useState<InsightName>()
    const [series, setSeries] = useState<Series[]>()
    const [problem, setProblem] = useState<string>()

    useEffect(() => {
        listLineCharts(client).then(setInsights, (error: Error) => setProblem(error.message))
    }, [client])

    async function show(insight: InsightName) {
        setChosen(insight)
        setSeries(undefined)
        setProblem(undefined)
        try {
            setSeries(await refreshInsight(client, insight.id))
        } catch (error) {
            setProblem((error as Error).message)
        }
    }

    return (
        <main>
            <h1>Insights</h1>
            <ul>
                {insights.map((insight) => (
                    <li key={insight.id}>
                        <button onClick={() => show(insight)}>{insight.name}</button>
                    </li>
                ))}
            </ul>
            {chosen && <h2>{chosen.name}</h2>}
            {problem && <p role="alert">{problem}</p>}
            {chosen && !series && !problem && <p role="status">Calculating…</p>}
            {series && <LineChart series={series} />}
        </main>
    )
}

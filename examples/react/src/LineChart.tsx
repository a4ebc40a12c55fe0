import type { Series } from './insights'

const WIDTH = 640
const HEIGHT = 240
const COLOURS = ['#1d4aff', '#cd0f74', '#43827e', '#b88000', '#621da6']

/** The series as lines over time, from zero up to the greatest value. */
export function LineChart({ series }: { series: Series[] }) {
    const highest = Math.max(1, ...series.flatMap((each) => each.data))
    return (
        <figure>
            <svg role="img" aria-label="Chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT}>
                {series.map((each, place) => (
                    <polyline
                        key={place}
                        points={points(each.data, highest)}
                        fill="none"
                        strokeWidth={2}
                        stroke={COLOURS[place % COLOURS.length]}
                    />
                ))}
            </svg>
            <figcaption>
                {series.map((each) => `${each.label}: ${sum(each.data).toLocaleString('en')}`).join(', ')}
            </figcaption>
        </figure>
    )
}

function points(data: number[], highest: number): string {
    const step = WIDTH / Math.max(1, data.length - 1)
    return data.map((value, place) => `${place * step},${HEIGHT - (value / highest) * HEIGHT}`).join(' ')
}

function sum(data: number[]): number {
    return data.reduce((total, value) => total + value, 0)
}

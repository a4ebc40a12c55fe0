// Lifecycle: who is new, returning and resurrecting above zero; who went dormant below.
import { dateLabel, number } from "../lib/format.js";
import { canvas, GRID, nameAxis, tip, tooltip, valueAxis } from "./canvas.js";
import { legend } from "./legend.js";
import { lifecycleColour } from "./palette.js";
import { shortLabels } from "./series.js";

const WORDS = { new: "New", returning: "Returning", resurrecting: "Resurrecting", dormant: "Dormant" };

/** Stacked bars; PostHog's dormant numbers are negative already. */
export function lifecycle(items, settings) {
  const labels = shortLabels(items[0]?.labels);
  let hidden = new Set();
  const picture = (paints) => ({
    grid: GRID,
    xAxis: nameAxis(paints, labels, { axisLabel: { color: paints.muted, hideOverlap: true, fontSize: 12 }, axisLine: { onZero: true, lineStyle: { color: paints.strong } }, position: "bottom" }),
    yAxis: valueAxis(paints, (value) => number(value)),
    tooltip: tooltip(paints, "axis", (points) =>
      tip(labels[points[0].dataIndex], points.map((point) => [point.color, point.seriesName, number(point.value)])),
    ),
    series: items
      .filter((_, place) => !hidden.has(place))
      .map((item) => ({
        type: "bar",
        name: WORDS[item.status] ?? item.status,
        stack: "all",
        data: item.data,
        color: lifecycleColour(item.status),
        barMaxWidth: 48,
      })),
  });
  const totals = items.map((item) => `${WORDS[item.status] ?? item.status} ${number(item.count)}`);
  const drawing = canvas(`Lifecycle over ${labels.length} intervals: ${totals.join(", ")}`, picture);
  const keys = settings.showLegend
    ? legend(
        items.map((item) => ({ name: WORDS[item.status] ?? item.status, colour: () => lifecycleColour(item.status) })),
        (next) => {
          hidden = next;
          drawing.redraw();
        },
      )
    : null;
  return [drawing, keys];
}

/** The numbers by interval. */
export function lifecycleTable(items) {
  return {
    headers: ["Interval", ...items.map((item) => WORDS[item.status] ?? item.status)],
    rows: (items[0]?.labels ?? []).map((label, at) => [dateLabel(label), ...items.map((item) => number(item.data[at]))]),
    numbersFrom: 1,
  };
}

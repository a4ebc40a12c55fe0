// Funnels: steps with what is lost between them, and how long people take.
import { h } from "../lib/dom.js";
import { breakdownName, duration, eventName, number, share } from "../lib/format.js";
import { canvas, GRID, nameAxis, tip, tooltip, valueAxis } from "./canvas.js";
import { legend } from "./legend.js";
import { colour, faded } from "./palette.js";

const stepName = (step) => step.custom_name || eventName(step.name ?? "");

/** The groups of a result: one list of steps, or one for each breakdown value and period. */
export function groupsOf(result) {
  const lists = Array.isArray(result[0]) ? result : split(result);
  return lists.map((steps) => ({
    name: [breakdownName(steps[0]?.breakdown_value ?? "All"), steps[0]?.compare_label].filter(Boolean).join(" · "),
    steps,
  }));
}

function split(steps) {
  const periods = [...new Set(steps.map((step) => step.compare_label))];
  return periods.map((period) => steps.filter((step) => step.compare_label === period));
}

/** Bars of how many reached each step, on what of them was lost. */
export function steps(result, settings) {
  const groups = groupsOf(result);
  const names = groups[0].steps.map((step, place) => `${place + 1}. ${stepName(step)}`);
  const rates = groups.map((group) => group.steps.map((step) => (group.steps[0].count ? step.count / group.steps[0].count : 0)));
  let hidden = new Set();
  const picture = (paints, width) => {
    const slot = Math.max(32, (width - 70) / names.length - 6);
    const shown = groups.map((_, place) => place).filter((place) => !hidden.has(place));
    const few = shown.length * names.length <= 8;
    return {
      grid: { ...GRID, top: 28 },
      xAxis: nameAxis(paints, names, {
        axisLabel: { color: paints.text, interval: 0, width: Math.min(120, slot), overflow: "break", fontSize: slot < 70 ? 10 : 12, lineHeight: slot < 70 ? 12 : 15 },
      }),
      yAxis: valueAxis(paints, share, { max: 1, interval: 0.25 }),
      tooltip: tooltip(paints, "axis", (points) => {
        const at = points[0].dataIndex;
        const rows = shown.map((place) => {
          const step = groups[place].steps[at];
          return [colour(place), groups.length > 1 ? groups[place].name : "People", `${number(step.count)} (${share(rates[place][at])})`];
        });
        return tip(names[at], rows);
      }, { axisPointer: { type: "shadow" } }),
      series: shown.flatMap((place) => [
        {
          type: "bar",
          name: groups[place].name,
          stack: `group ${place}`,
          data: rates[place],
          color: colour(place),
          barMaxWidth: 72,
          label: { show: few, position: "insideTop", distance: 6, color: paints.surface, fontWeight: 600, formatter: (point) => (point.value >= 0.12 ? share(point.value) : "") },
        },
        {
          type: "bar",
          name: `${groups[place].name} lost`,
          stack: `group ${place}`,
          data: rates[place].map((rate) => 1 - rate),
          color: faded(colour(place), 0.14),
          barMaxWidth: 72,
          silent: true,
          label: { show: few, position: "insideBottom", distance: 4, color: paints.text, fontWeight: 600, formatter: (point) => (point.value > 0.88 ? share(1 - point.value) : "") },
        },
      ]),
    };
  };
  const whole = groups.map((group) => `${group.name === "All" ? "" : `${group.name}: `}${number(group.steps.at(-1)?.count)} of ${number(group.steps[0]?.count)}`);
  const drawing = canvas(`Funnel of ${names.join(", ")}; ${whole.join("; ")} came through`, picture, { byWidth: true });
  const keys =
    settings.showLegend && groups.length > 1
      ? legend(
          groups.map((group, place) => ({ name: group.name, colour: () => colour(place) })),
          (next) => {
            hidden = next;
            drawing.redraw();
          },
        )
      : null;
  return [drawing, keys];
}

/** The numbers of a funnel. */
export function stepsTable(result) {
  const groups = groupsOf(result);
  const several = groups.length > 1;
  const rows = groups.flatMap((group) =>
    group.steps.map((step, place) => {
      const first = group.steps[0].count;
      const before = group.steps[place - 1]?.count;
      return [
        ...(several ? [group.name] : []),
        stepName(step),
        number(step.count),
        share(first ? step.count / first : 0),
        place ? share(before ? step.count / before : 0) : "–",
        duration(step.average_conversion_time),
        duration(step.median_conversion_time),
      ];
    }),
  );
  return {
    headers: [...(several ? ["Breakdown"] : []), "Step", "People", "Of the first", "Of the one before", "Average time", "Median time"],
    rows,
    numbersFrom: several ? 2 : 1,
  };
}

/** How long people took, as a histogram. */
export function timeToConvert(result) {
  const bins = result.bins ?? [];
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  const names = bins.map(([from]) => duration(from));
  const picture = (paints) => ({
    grid: { ...GRID, top: 24 },
    xAxis: nameAxis(paints, names),
    yAxis: valueAxis(paints, number, { minInterval: 1 }),
    tooltip: tooltip(paints, "item", (point) =>
      tip(`From ${names[point.dataIndex]}`, [[point.color, "People", `${number(point.value)} (${share(point.value / total)})`]]),
    ),
    series: [
      {
        type: "bar",
        data: bins.map(([, count]) => count),
        color: colour(0),
        barCategoryGap: "4%",
        label: { show: bins.length <= 24, position: "top", color: paints.text, formatter: (point) => (point.value ? number(point.value) : "") },
      },
    ],
  });
  const words = `Histogram of times to convert; average ${duration(result.average_conversion_time)}`;
  const note = h(
    "p",
    { class: "muted small" },
    `${number(total)} people. Average ${duration(result.average_conversion_time)}`,
    result.median_conversion_time === undefined ? "." : `, median ${duration(result.median_conversion_time)}.`,
  );
  return [canvas(words, picture), note];
}

/** The bins as numbers. */
export function binsTable(result) {
  return { headers: ["From", "People"], rows: (result.bins ?? []).map(([from, count]) => [duration(from), number(count)]), numbersFrom: 1 };
}

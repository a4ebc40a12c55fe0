// Displays of one number a series: big number, pie, bars by value, table, world map.
import { h } from "../lib/dom.js";
import { axisFormat, number, share } from "../lib/format.js";
import { canvas, GRID, nameAxis, tip, tooltip, valueAxis } from "./canvas.js";
import { legend } from "./legend.js";
import { colour } from "./palette.js";
import { seriesName } from "./series.js";

const MOST_BARS = 25;

const totalOf = (item) => item.aggregated_value ?? item.count ?? 0;

/** One number, large; with a comparison, how it changed. */
export function bigNumber(items, settings) {
  const format = axisFormat(settings.filter);
  const current = items.find((item) => item.compare_label !== "previous") ?? items[0];
  const previous = items.find((item) => item.compare_label === "previous");
  const before = previous ? totalOf(previous) : 0;
  const change = previous && before ? (totalOf(current) - before) / before : null;
  return [
    h(
      "div",
      { class: "number-face" },
      h("strong", {}, format(totalOf(current))),
      h("span", { class: "muted" }, seriesName({ ...current, compare: false })),
      change === null ? null : h("span", {}, `${change >= 0 ? "up" : "down"} ${share(Math.abs(change))} from ${format(before)}`),
    ),
  ];
}

/** Shares of a whole. */
export function pie(items, settings) {
  const format = axisFormat(settings.filter);
  const named = items.map((item, place) => ({ name: seriesName(item), value: totalOf(item), place })).filter((one) => one.value > 0);
  let hidden = new Set();
  const picture = (paints, width) => {
    const shown = named.filter((one) => !hidden.has(named.indexOf(one)));
    const isNarrow = width < 420;
    const whole = shown.reduce((sum, one) => sum + one.value, 0);
    return {
      tooltip: tooltip(paints, "item", (point) => tip(point.name, [[point.color, format(point.value), share(point.value / whole)]])),
      series: [
        {
          type: "pie",
          radius: ["42%", "78%"],
          center: ["50%", "50%"],
          data: shown.map((one) => ({ name: one.name, value: one.value, itemStyle: { color: colour(one.place) } })),
          itemStyle: { borderColor: paints.surface, borderWidth: 2 },
          // beside a narrow circle there is no room for names: the keys below have them
          label: isNarrow
            ? { position: "inside", color: paints.surface, fontWeight: 600, fontSize: 12, formatter: (point) => share(point.value / whole) }
            : { color: paints.text, formatter: (point) => `${point.name}\n${share(point.value / whole)}`, lineHeight: 16, fontSize: 12 },
          labelLine: { show: !isNarrow, lineStyle: { color: paints.strong } },
          minShowLabelAngle: 8,
        },
      ],
    };
  };
  const drawing = canvas(`Shares of ${named.map((one) => one.name).join(", ")}`, picture, { byWidth: true });
  const keys = settings.showLegend
    ? legend(
        named.map((one) => ({ name: `${one.name} – ${format(one.value)}`, colour: () => colour(one.place) })),
        (next) => {
          hidden = next;
          drawing.redraw();
        },
      )
    : null;
  return [drawing, keys];
}

/** One horizontal bar a series, the longest first. */
export function valueBars(items, settings) {
  const format = axisFormat(settings.filter);
  const inOrder = items.map((item, place) => ({ name: seriesName(item), value: totalOf(item), place }));
  const sorted = /^\[/.test(String(items[0]?.breakdown_value ?? "")) ? inOrder : inOrder.toSorted((one, other) => other.value - one.value);
  const shown = sorted.slice(0, MOST_BARS);
  const picture = (paints, width) => ({
    grid: { ...GRID, right: 64 },
    xAxis: valueAxis(paints, format, { splitNumber: width < 420 ? 2 : 4 }),
    yAxis: nameAxis(paints, shown.map((one) => one.name), {
      inverse: true,
      axisLabel: { color: paints.text, width: 150, overflow: "truncate", fontSize: 12 },
    }),
    tooltip: tooltip(paints, "item", (point) => tip(point.name, [[point.color, "Total", format(point.value)]])),
    series: [
      {
        type: "bar",
        data: shown.map((one) => ({ value: one.value, itemStyle: { color: colour(one.place), borderRadius: [0, 3, 3, 0] } })),
        barMaxWidth: 28,
        label: { show: true, position: "right", color: paints.text, formatter: (point) => format(point.value) },
      },
    ],
  });
  const drawing = canvas(`Bars of ${shown.slice(0, 8).map((one) => one.name).join(", ")}`, picture, { size: shown.length > 10 ? "tall" : "", byWidth: true });
  return [drawing, null];
}

/** The numbers alone. */
export function totalsTable(items, settings) {
  const format = settings ? axisFormat(settings.filter) : number;
  return { headers: ["Series", "Total"], rows: items.map((item) => [seriesName(item), format(totalOf(item))]), numbersFrom: 1 };
}

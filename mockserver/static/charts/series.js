// Series over time or over a count: trends, stickiness, funnels as trends.
import { h } from "../lib/dom.js";
import { axisFormat, breakdownName, dateLabel, eventName, number } from "../lib/format.js";
import { canvas, GRID, nameAxis, tip, tooltip, valueAxis } from "./canvas.js";
import { legend } from "./legend.js";
import { colour, faded } from "./palette.js";

const BARS = new Set(["ActionsBar", "ActionsStackedBar", "ActionsUnstackedBar"]);
const STACKED = new Set(["ActionsBar", "ActionsStackedBar"]);

/** How a series is called. */
export function seriesName(item) {
  const event = item.action?.custom_name || eventName(item.action?.name ?? item.label ?? "");
  let name = item.breakdown_value === undefined || item.breakdown_value === null ? "" : breakdownName(item.breakdown_value);
  const label = item.label ?? "";
  if (name && label.includes(" - ")) name = `${event} · ${name}`;
  if (!name) name = item.action ? event : label || "Conversion";
  return item.compare ? `${name} (${item.compare_label})` : name;
}

/** Labels without what they all share: the year, where it is the same. */
export function shortLabels(labels = []) {
  const years = new Set(labels.map((label) => /-(\d{4})$/.exec(label)?.[1]));
  const isOneYear = years.size === 1 && !years.has(undefined);
  return labels.map((label) => dateLabel(isOneYear ? label.replace(/-\d{4}$/, "") : label));
}

/** Colours by series; the previous period has that of the series it is compared with, faded. */
function colours(items) {
  const current = items.filter((item) => item.compare_label !== "previous");
  const seen = { current: 0, previous: 0 };
  return items.map((item) => {
    if (!item.compare) return () => colour(current.indexOf(item));
    const place = seen[item.compare_label]++;
    return () => (item.compare_label === "previous" ? faded(colour(place), 0.5) : colour(place));
  });
}

/**
 * A picture of series. `settings`: the display, a value format, whether a legend is shown.
 * An item may have a `shape` (line, bar, area), a `format` and an `axis` (1 is the right one) of its own.
 */
export function series(items, settings) {
  const { display = "ActionsLineGraph", showLegend = true, describe } = settings;
  const format = settings.format ?? axisFormat(settings.filter);
  const bars = BARS.has(display);
  const stacked = STACKED.has(display) && !items.some((item) => item.compare);
  const area = display === "ActionsAreaGraph";
  const shapeOf = (item) => (item.shape && item.shape !== "auto" ? item.shape : bars ? "bar" : area ? "area" : "line");
  const formatOf = (item) => item.format ?? format;
  const sides = items.some((item) => item.axis) ? [0, 1] : [0];
  const names = items.map(seriesName);
  const inkOf = colours(items);
  const longest = items.reduce((most, item) => ((item.labels?.length ?? 0) > (most.labels?.length ?? 0) ? item : most), items[0]);
  const labels = shortLabels(longest.labels ?? longest.days?.map(String));
  let hidden = new Set();

  const picture = (paints) => {
    const shown = items.map((item, place) => [item, place]).filter(([, place]) => !hidden.has(place));
    const only = shown.every(([item]) => (item.data ?? []).every(Number.isInteger));
    return {
      grid: GRID,
      xAxis: nameAxis(paints, labels, { boundaryGap: items.some((item) => shapeOf(item) === "bar") || labels.length === 1 }),
      yAxis: sides.map((side) => valueAxis(paints, formatOf(items.find((item) => (item.axis ?? 0) === side) ?? items[0]), { ...measure(settings.filter, shown, only), ...(side ? { splitLine: { show: false } } : {}) })),
      tooltip: tooltip(paints, "axis", (points) => {
        const rows = points.map((point) => {
          const item = items[point.seriesIndex === undefined ? 0 : shown[point.seriesIndex][1]];
          const own = item.compare_label === "previous" ? ` – ${dateLabel(item.labels?.[point.dataIndex] ?? "")}` : "";
          return [point.color, `${point.seriesName}${own}`, formatOf(item)(point.value)];
        });
        return tip(dateLabel(longest.labels?.[points[0].dataIndex] ?? labels[points[0].dataIndex]), rows.slice(0, 16));
      }),
      series: shown.map(([item, place]) => ({
        type: shapeOf(item) === "bar" ? "bar" : "line",
        yAxisIndex: item.axis ?? 0,
        // lines stand in front of bars
        z: shapeOf(item) === "bar" ? 2 : 3,
        name: names[place],
        data: item.data ?? [],
        stack: stacked || area ? "all" : undefined,
        color: inkOf[place](),
        symbol: "circle",
        symbolSize: 6,
        showSymbol: labels.length < 20,
        lineStyle: { width: 2, type: item.compare_label === "previous" ? "dashed" : "solid" },
        // one line alone stands out better from the page with a little of its colour below it
        areaStyle: shapeOf(item) === "area" ? { opacity: 0.35 } : items.length === 1 ? { opacity: 0.08 } : undefined,
        itemStyle: shapeOf(item) === "bar" && !stacked ? { borderRadius: [3, 3, 0, 0] } : undefined,
        barMaxWidth: 48,
        barCategoryGap: "25%",
        emphasis: { focus: "none" },
      })),
    };
  };
  const words = describe ?? `${bars ? "Bars" : area ? "Areas" : "Lines"} of ${names.slice(0, 6).join(", ")} over ${labels.length} points`;
  const drawing = canvas(words, picture);
  const keys = showLegend
    ? legend(
        names.map((name, place) => ({ name, colour: inkOf[place] })),
        (next) => {
          hidden = next;
          drawing.redraw();
        },
      )
    : null;
  return [drawing, keys];
}

const CLOCK_STEPS = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800];

/** How the axis of values is divided: durations by what clocks have, counts by whole numbers. */
function measure(filter, shown, whole) {
  if (filter?.aggregationAxisFormat !== "duration") return whole ? { minInterval: 1 } : {};
  const most = Math.max(1, ...shown.flatMap(([item]) => item.data ?? []));
  const interval = CLOCK_STEPS.find((step) => most / step <= 5) ?? 604_800;
  return { interval, max: Math.ceil(most / interval) * interval };
}

/** The sum of each series, for a table below its picture. */
export function seriesTable(items, format = number) {
  const longest = items.reduce((most, item) => ((item.data?.length ?? 0) > (most.data?.length ?? 0) ? item : most), items[0]);
  const places = longest.labels ?? longest.days ?? [];
  return {
    headers: ["Point", ...items.map(seriesName)],
    rows: places.map((place, at) => [dateLabel(place), ...items.map((item) => format(item.data?.[at]))]),
    numbersFrom: 1,
  };
}

/** What is said where nothing was found. */
export const nothing = (text = "No data in this period.") => h("p", { class: "waiting" }, text);

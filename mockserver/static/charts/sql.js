// A query with columns: a table, or the chart that the insight asks for over it, by PostHog's `chartSettings`.
import { number, short } from "../lib/format.js";
import { series } from "./series.js";
import { columnTable } from "./tables.js";
import { bigNumber } from "./totals.js";

const CHARTS = new Set(["ActionsLineGraph", "ActionsBar", "ActionsStackedBar", "ActionsAreaGraph"]);

/** The picture of rows: `insight` has the query, the result, its columns and their types. */
export function rowsPicture({ query, result, columns, types }, options = {}) {
  const table = columnTable(result, columns, types ?? []);
  if (query?.display === "BoldNumber" && typeof result[0]?.[0] === "number") {
    return bigNumber([{ aggregated_value: result[0][0], label: columns[0] }], {});
  }
  const axes = axesOf(query?.chartSettings, result, columns);
  if (!CHARTS.has(query?.display) || !axes || !result.length) return table;
  const labels = result.map((row) => String(row[axes.x]));
  const items = axes.y.map(({ place, settings }) => ({
    label: settings?.display?.label || columns[place],
    labels,
    data: result.map((row) => row[place]),
    axis: settings?.display?.yAxisPosition === "right" ? 1 : 0,
    shape: settings?.display?.displayType,
    format: columnFormat(settings?.formatting),
  }));
  const display = query.display === "ActionsBar" ? "ActionsUnstackedBar" : query.display;
  const drawn = series(items, { display, showLegend: options.legend !== false, format: short });
  return [drawn, options.detailed === false ? null : table];
}

/** Which columns are measured and which one names them: as the insight says, or else the numbers over the first other column. */
function axesOf(settings, result, columns) {
  const wished = settings?.yAxis?.map((axis) => ({ place: columns.indexOf(axis.column), settings: axis.settings })).filter((axis) => axis.place >= 0) ?? [];
  const isMeasured = (place) => wished.some((axis) => axis.place === place);
  const named = settings?.xAxis?.column ? columns.indexOf(settings.xAxis.column) : columns.findIndex((_, place) => !isMeasured(place));
  const numbers = columns.map((_, place) => ({ place })).filter(({ place }) => place !== named && typeof result[0]?.[place] === "number");
  const y = wished.length ? wished : numbers;
  return named >= 0 && y.length ? { x: named, y } : null;
}

function columnFormat({ prefix = "", suffix = "", style, decimalPlaces } = {}) {
  const rounded = (value) => (decimalPlaces === undefined ? value : Number(value.toFixed(decimalPlaces)));
  const styles = { percent: (value) => `${number(value * 100)}%`, short, number };
  const inner = styles[style] ?? short;
  return (value) => (typeof value === "number" ? `${prefix ?? ""}${inner(rounded(value))}${suffix ?? ""}` : "–");
}

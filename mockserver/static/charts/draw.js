// From an insight's query and result to its picture: one table says which picture belongs to which.
import { fill, h } from "../lib/dom.js";
import { axisFormat } from "../lib/format.js";
import { cohorts, cohortsTable } from "./cohorts.js";
import { binsTable, steps, stepsTable, timeToConvert } from "./funnel.js";
import { lifecycle, lifecycleTable } from "./lifecycle.js";
import { mapTable, worldMap } from "./map.js";
import { linksTable, paths } from "./paths.js";
import { nothing, series, seriesTable } from "./series.js";
import { rowsPicture } from "./sql.js";
import { plainTable } from "./tables.js";
import { bigNumber, pie, totalsTable, valueBars } from "./totals.js";

const KINDS = {
  number: [bigNumber, totalsTable],
  pie: [pie, totalsTable],
  values: [valueBars, totalsTable],
  totals: [(items, settings) => plainTable(totalsTable(items, settings)), totalsTable],
  map: [worldMap, mapTable],
  series: [series, (items, settings) => seriesTable(items, axisFormat(settings.filter))],
  steps: [steps, stepsTable],
  bins: [timeToConvert, binsTable],
  cohorts: [cohorts, cohortsTable],
  lifecycle: [lifecycle, lifecycleTable],
  links: [paths, linksTable],
};
const TOTALS = { BoldNumber: "number", ActionsPie: "pie", ActionsBarValue: "values", ActionsTable: "totals", WorldMap: "map" };
const OPEN_ROWS = 8;

/** The innermost query: of a node that wraps another, its source. */
export const sourceOf = (query) => (query?.source ? sourceOf(query.source) : (query ?? {}));

/** The name of a picture for a result; by the result's own shape, so that legacy insights are drawn too. */
export function kindOf(query, result) {
  const filter = filterOf(sourceOf(query));
  if (!Array.isArray(result)) return result?.bins ? "bins" : "raw";
  const first = result[0];
  if (Array.isArray(first)) return typeof first[0] === "object" && first[0] && "order" in first[0] ? "steps" : "raw";
  if (typeof first !== "object" || first === null) return "raw";
  if ("status" in first && "data" in first) return "lifecycle";
  if ("values" in first) return "cohorts";
  if ("source" in first && "target" in first) return "links";
  if ("order" in first && "count" in first && "average_conversion_time" in first) return "steps";
  if (first.aggregated_value !== undefined && first.aggregated_value !== null && !first.data?.length) return TOTALS[filter.display] ?? "totals";
  return Array.isArray(first.data) ? "series" : "raw";
}

function filterOf(source) {
  return source.trendsFilter ?? source.funnelsFilter ?? source.retentionFilter ?? source.stickinessFilter ?? source.lifecycleFilter ?? {};
}

/**
 * Draw an insight's result into an element, in place of what it shows.
 * `options`: `legend` (true, false, or "several" for only where colours differ) and `detailed` (the numbers below; "open" shows them at once) as shared links have them, `fill` to take the height that is there.
 */
export function draw(into, insight, options = {}) {
  for (const old of into.querySelectorAll(".canvas")) old.release?.();
  const picture = h("div", { class: `picture${options.fill ? " fill" : ""}` });
  fill(into, picture);
  const { query, columns } = insight;
  const result = withNames(sourceOf(query), insight.result);
  if (result === null || result === undefined) return fill(picture, missing(insight));
  if (columns?.length && Array.isArray(result)) return fill(picture, rowsPicture(insight, options));
  if (Array.isArray(result) && !result.length) return fill(picture, nothing());
  const source = sourceOf(query);
  const filter = filterOf(source);
  const kind = kindOf(query, result);
  const [make, table] = KINDS[kind] ?? [];
  if (!make) return fill(picture, plainTable({ headers: ["Result"], rows: [[JSON.stringify(result, null, 2)]] }));
  const settings = { filter, display: filter.display, isSmall: options.fill, showLegend: options.legend === "several" ? severalNames(result) : options.legend !== false };
  if (filter.funnelVizType === "trends") settings.format = (value) => `${Math.round(value * 10) / 10}%`;
  if (source.kind === "StickinessQuery") settings.display = filter.display ?? "ActionsUnstackedBar";
  const drawn = make(result, settings);
  return fill(picture, drawn, options.detailed && kind !== "totals" ? numbers(table(result, settings), options.detailed === "open") : null);
}

/** Cohorts of people have names; a breakdown by them has their numbers as its values and the names in its labels. */
function withNames(source, result) {
  if (source.breakdownFilter?.breakdown_type !== "cohort" || !Array.isArray(result)) return result;
  return result.map((item) => (typeof item?.label === "string" ? { ...item, breakdown_value: item.label.split(" - ").at(-1) } : item));
}

/** Whether a picture without keys would leave colours unexplained. */
const severalNames = (result) => Array.isArray(result) && result.length > 1;

/** The numbers behind a picture: open at once where they are few or asked for. */
function numbers(table, open) {
  return h("details", { open: open || table.rows.length <= OPEN_ROWS }, h("summary", {}, "The numbers"), plainTable(table));
}

function missing(insight) {
  const status = insight.query_status;
  if (status?.error) return h("p", { class: "waiting" }, `The query failed: ${status.error_message ?? "no reason was given"}`);
  if (status && !status.complete) return h("p", { class: "waiting" }, "Being calculated …");
  return h("p", { class: "waiting" }, "No result has been calculated yet.");
}

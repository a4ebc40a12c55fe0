// Words for insights.
import { sourceOf } from "../charts/draw.js";
import { mark } from "../lib/dom.js";

const TONES = { fresh: "good", stale: "warn", "lazily stale": "bad", missing: "" };
const WORDS = { missing: "not calculated" };
const DISPLAYS = {
  ActionsLineGraph: "line",
  ActionsLineGraphCumulative: "cumulative",
  ActionsAreaGraph: "area",
  ActionsBar: "bars",
  ActionsStackedBar: "stacked bars",
  ActionsUnstackedBar: "bars side by side",
  ActionsBarValue: "bars by value",
  ActionsPie: "pie",
  ActionsTable: "table",
  BoldNumber: "number",
  WorldMap: "world map",
  time_to_convert: "time to convert",
  trends: "over time",
};

/** A mark that says how old a result is. */
export const freshnessMark = (freshness) => mark(WORDS[freshness] ?? freshness ?? "unknown", TONES[freshness] ?? "");

/** What kind of insight a query makes, in words. */
export function kindName(query) {
  const source = sourceOf(query);
  const kind = source.kind?.replace(/Query$/, "") ?? "Legacy";
  const filter = source.trendsFilter ?? source.funnelsFilter ?? {};
  const display = DISPLAYS[filter.display ?? filter.funnelVizType];
  const name = kind === "HogQL" ? "SQL" : kind;
  return display ? `${name}, ${display}` : name;
}

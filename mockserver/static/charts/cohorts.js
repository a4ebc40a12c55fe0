// Retention: a grid of cohorts, the deeper the more came back.
import { h, scroller } from "../lib/dom.js";
import { breakdownName, number, share as fineShare } from "../lib/format.js";

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const HOUR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const WORDS = "Share of each cohort that came back, by how long after";
const wholeShare = (value) => `${Math.round(value * 100)}%`;

/** The grid; a table, so that it can be read aloud. Where it must fit into a tile, shares are whole numbers. */
export function cohorts(items, settings) {
  const widest = items.reduce((most, item) => Math.max(most, item.values.length), 0);
  const labels = items.find((item) => item.values.length === widest)?.values.map((value, place) => value.label ?? `${place}`) ?? [];
  const broken = items.some((item) => item.breakdown_value !== null && item.breakdown_value !== undefined);
  const wide = (settings.filter?.period ?? "Day") === "Hour";
  const names = items.map((item) => (item.date ? (wide ? HOUR : DAY).format(new Date(item.date)) : item.label));
  const share = settings.isSmall ? wholeShare : fineShare;
  const table = h(
    "table",
    { class: `cohorts${settings.isSmall ? " small-cells" : ""}` },
    h("caption", { class: "visually-hidden" }, WORDS),
    h(
      "thead",
      {},
      h("tr", {}, broken ? h("th", { scope: "col" }, "Breakdown") : null, h("th", { scope: "col" }, "Cohort"), h("th", { scope: "col", class: "number" }, "Size"), labels.map((label, place) => h("th", { scope: "col", abbr: label }, settings.isSmall && place ? label.replace(/^\D+/, "") : label))),
    ),
    h(
      "tbody",
      {},
      mean(items, labels, broken, share),
      items.map((item, row) => {
        const size = item.values[0]?.count ?? 0;
        const known = broken ? Infinity : knownOf(items, row, widest);
        return h(
          "tr",
          {},
          broken ? h("th", { scope: "row" }, breakdownName(item.breakdown_value)) : null,
          broken ? h("td", {}, names[row]) : h("th", { scope: "row" }, names[row]),
          h("td", { class: "size" }, number(size)),
          labels.map((_, column) => cell(item.values[column], size, column >= known, share)),
        );
      }),
    ),
  );
  return [settings.isSmall ? null : h("p", { class: "muted small", "aria-hidden": "true" }, WORDS), scroller("Retention by cohort", table)];
}

/** How many columns of a row lie in the past: newer rows have fewer, also where the server fills up with zeros. */
function knownOf(items, row, widest) {
  const square = items.length > 1 && items.every((item) => item.values.length === widest) && items.length >= widest;
  return square ? items.length - row : Infinity;
}

function mean(items, labels, broken, share) {
  const widest = labels.length;
  const shares = labels.map((_, column) => {
    let came = 0;
    let whole = 0;
    items.forEach((item, row) => {
      const value = item.values[column];
      if (value && (broken || column < knownOf(items, row, widest))) {
        came += value.count;
        whole += item.values[0]?.count ?? 0;
      }
    });
    return whole ? came / whole : null;
  });
  const sizes = items.reduce((sum, item) => sum + (item.values[0]?.count ?? 0), 0);
  return h(
    "tr",
    {},
    broken ? h("th", { scope: "row" }, "All") : null,
    broken ? h("td", {}, "Mean") : h("th", { scope: "row" }, "Mean"),
    h("td", { class: "size" }, number(sizes)),
    shares.map((each) => shade(each, each === null ? "" : share(each), null)),
  );
}

function cell(value, size, ahead, share) {
  if (!value || ahead) return h("td", { class: "ahead", "aria-label": "not yet" }, "");
  const held = size ? value.count / size : null;
  return shade(held, held === null ? number(value.count) : share(held), `${number(value.count)} of ${number(size)}`);
}

function shade(held, text, title) {
  if (held === null) return h("td", { class: "ahead" }, text);
  // a full cell is dark, all others light enough for dark text
  const depth = held >= 1 ? 1 : 0.06 + 0.6 * held;
  return h("td", { class: `held${held >= 1 ? " deep" : ""}`, vars: { share: depth.toFixed(3) }, title }, text);
}

/** The counts behind the grid. */
export function cohortsTable(items) {
  const labels = items[0]?.values.map((value, place) => value.label ?? `${place}`) ?? [];
  return {
    headers: ["Cohort", ...labels],
    rows: items.map((item) => [item.date?.slice(0, 10) ?? item.label, ...item.values.map((value) => number(value.count))]),
    numbersFrom: 1,
  };
}

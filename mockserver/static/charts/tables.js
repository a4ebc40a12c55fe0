// Tables: rows of SQL, events and people, and the numbers behind a picture.
import { h, jsonBox, scroller } from "../lib/dom.js";
import { moment, number } from "../lib/format.js";

const MOST_ROWS = 200;
const SHORT_TEXT = 40;

/** A table of text: `{headers, rows, numbersFrom}`, numbers to the right from that column on. */
export function plainTable(table, caption) {
  const tone = (place) => (place >= (table.numbersFrom ?? Infinity) ? "number" : "");
  const rows = table.rows.slice(0, MOST_ROWS);
  const whole = h(
    "table",
    {},
    caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, table.headers.map((header, place) => h("th", { scope: "col", class: tone(place) }, header)))),
    h(
      "tbody",
      {},
      rows.map((row) => h("tr", {}, row.map((cell, place) => (place === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: tone(place) }, cell))))),
    ),
  );
  const rest = table.rows.length - rows.length;
  return [scroller(caption ?? "Numbers", whole), rest > 0 ? h("p", { class: "muted small" }, `${number(rest)} more rows.`) : null];
}

/** The rows of a query with columns, each cell by what it is. */
export function columnTable(rows, columns, types = []) {
  const numeric = columns.map((_, place) => rows.length > 0 && rows.every((row) => row[place] === null || typeof row[place] === "number"));
  const kinds = types.map((type) => (Array.isArray(type) ? type[1] : type));
  const shown = rows.slice(0, MOST_ROWS);
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, columns.map((column, place) => h("th", { scope: "col", class: numeric[place] ? "number" : "", title: kinds[place] }, column === "*" ? h("span", { class: "visually-hidden" }, "Whole event") : columnName(column))))),
    h("tbody", {}, shown.map((row) => h("tr", {}, row.map((value, place) => h("td", { class: numeric[place] ? "number" : isShort(value) ? "nowrap" : "" }, cell(value, columns[place])))))),
  );
  const rest = rows.length - shown.length;
  return [scroller("Rows", table), rest > 0 ? h("p", { class: "muted small" }, `${number(rest)} more rows.`) : null];
}

const isShort = (value) => typeof value === "string" && value.length <= SHORT_TEXT;
const columnName = (column) => column.split(" -- ").at(-1).replace(/^properties\./, "");

function cell(value, column) {
  if (value === null || value === undefined) return h("span", { class: "muted" }, "null");
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : value;
  if (column === "*") return h("details", { class: "cell-json" }, h("summary", {}, "all"), jsonBox(value, "Cell"));
  const name = value.display_name ?? value.properties?.email ?? value.properties?.name ?? value.event ?? value.distinct_id ?? value.id;
  return h("details", { class: "cell-json" }, h("summary", {}, typeof name === "string" ? name : Array.isArray(value) ? `${value.length} items` : "object"), jsonBox(value, "Cell"));
}

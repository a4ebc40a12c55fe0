// Journal entries as rows.
import { h, mark, scroller } from "../lib/dom.js";
import { number, timeOfDay } from "../lib/format.js";
import { address } from "../lib/shell.js";

/** How a status is shown. */
export function statusMark(status) {
  if (status === null) return mark("broken", "bad");
  return mark(String(status), status >= 400 ? "bad" : status >= 300 ? "warn" : "good");
}

/** The address of a request as it was sent. */
export function sentPath(entry) {
  const query = new URLSearchParams(entry.query).toString();
  return query ? `${entry.path}?${query}` : entry.path;
}

/** A table of entries; with `choose`, a row's path is a button that opens it. */
export function requestTable(entries, choose, chosen) {
  const rows = entries.map((entry) =>
    h(
      "tr",
      { class: "request-row", "aria-current": entry.id === chosen ? "true" : null },
      h("td", { class: "nowrap" }, timeOfDay(entry.at)),
      h("td", {}, statusMark(entry.status)),
      h("th", { scope: "row" }, h("code", {}, entry.method), " ", link(entry, choose)),
      choose ? null : h("td", {}, entry.operation_id ? h("code", {}, entry.operation_id) : h("span", { class: "muted" }, "none")),
      h("td", { class: "number" }, `${number(entry.duration_ms)} ms`),
      h("td", {}, entry.faults.length ? mark(`fault ${entry.faults.join(", ")}`, "warn") : ""),
    ),
  );
  return scroller(
    "Requests",
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, (choose ? ["Time", "Status", "Request"] : ["Time", "Status", "Request", "Operation"]).map((name) => h("th", { scope: "col" }, name)), h("th", { scope: "col", class: "number" }, "Took"), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Faults")))),
      h("tbody", {}, rows),
    ),
  );
}

function link(entry, choose) {
  const text = sentPath(entry);
  if (choose) return h("button", { type: "button", class: "link-button", onclick: () => choose(entry) }, text);
  return h("a", { href: `${address("requests")}#${entry.id}` }, text);
}

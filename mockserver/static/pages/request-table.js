// Journal entries as rows.
import { h, head, mark, scroller, stacking } from "../lib/dom.js";
import { timeOfDay, took } from "../lib/format.js";
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
  const broken = entries.some((entry) => entry.faults.length);
  const rows = entries.map((entry) =>
    h(
      "tr",
      { class: "request-row", "aria-current": entry.id === chosen ? "true" : null },
      h("td", { class: "nowrap" }, timeOfDay(entry.at)),
      h("td", {}, statusMark(entry.status)),
      h("th", { scope: "row" }, h("code", {}, entry.method), " ", link(entry, choose)),
      h("td", { class: "number" }, took(entry.duration_ms)),
      broken ? h("td", {}, entry.faults.length ? mark(`rule ${entry.faults.join(", ")}`, "warn") : null) : null,
    ),
  );
  return scroller(
    "Requests",
    stacking(h("table", {}, head("Time", "Status", "Request", ["Took"], ...(broken ? ["Fault"] : [])), h("tbody", {}, rows))),
  );
}

function link(entry, choose) {
  const text = sentPath(entry);
  if (choose) return h("button", { type: "button", class: "link-button", onclick: () => choose(entry) }, text);
  return h("a", { href: `${address("requests")}#${entry.id}` }, text);
}

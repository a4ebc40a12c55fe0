// The scopes of the contract, by operation.
import { h, mark, scroller } from "../lib/dom.js";

/** All scopes that some operation asks for. */
export const scopesOf = (operations) => [...new Set(operations.flatMap((each) => each.scopes ?? []))].toSorted();

/** A table of operations and the scopes they need. */
export function scopeTable(operations) {
  const rows = operations
    .filter((each) => each.path.startsWith("/api/"))
    .map((each) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, each.operation_id), h("div", { class: "muted small" }, each.summary), h("div", { class: "muted small" }, `${each.method} ${each.path}`)), h("td", {}, asks(each))));
  return scroller("Scopes by operation", h("table", {}, h("thead", {}, h("tr", {}, ["Operation", "A key needs"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
}

function asks(operation) {
  if (!operation.secured) return h("span", { class: "muted" }, "nothing");
  if (operation.session_only) return h("span", { class: "muted" }, "a session, no key");
  if (operation.scopes === null) return h("span", { class: "muted" }, "any key");
  if (!operation.scopes.length) return h("span", { class: "muted" }, "the contract names none");
  return h("span", { class: "row" }, operation.scopes.map((scope) => mark(scope, "accent")));
}

// The scopes of the contract, by operation.
import { choice, field, fill, h, head, mark, scroller, stacking } from "../lib/dom.js";
import { counted } from "../lib/format.js";

/** All scopes that some operation asks for. */
export const scopesOf = (operations) => [...new Set(operations.flatMap((each) => each.scopes ?? []))].toSorted();

/** A table of operations and the scopes they need, to be searched. */
export function showScopes(into, operations) {
  const all = operations.filter((each) => each.path.startsWith("/api/"));
  const found = h("div", { class: "stack" });
  const search = h("input", { type: "search", placeholder: "insights_list, PATCH, sharing", oninput: () => show() });
  const wanted = choice([["", "any"], ...scopesOf(all), ["none", "none named"]], { onchange: () => show() });
  const show = () => {
    const text = search.value.toLowerCase();
    const fitting = all.filter((each) => fits(each, wanted.value) && `${each.operation_id} ${each.method} ${each.path} ${each.summary}`.toLowerCase().includes(text));
    fill(found, fitting.length ? table(fitting) : h("p", { class: "empty" }, "No operation fits."), h("p", { class: "muted small", role: "status" }, counted(fitting.length, "operation")));
  };
  fill(into, h("div", { class: "fields" }, field("Search", search, "wide"), field("Scope", wanted)), found);
  show();
}

const fits = (operation, scope) => !scope || (scope === "none" ? !operation.scopes?.length : operation.scopes?.includes(scope));

function table(operations) {
  const rows = operations.map((each) =>
    h("tr", {}, h("th", { scope: "row" }, each.summary), h("td", {}, h("code", {}, each.operation_id)), h("td", {}, h("code", { class: "path" }, `${each.method} ${each.path.replace("/api/projects/{project_id}", "…")}`)), h("td", {}, asks(each))),
  );
  return h("div", { class: "operations" }, scroller("Scopes by operation", stacking(h("table", {}, head("What it does", "Operation", "Request", "A key needs"), h("tbody", {}, rows)))));
}

function asks(operation) {
  if (!operation.secured) return h("span", { class: "muted" }, "nothing");
  if (operation.session_only) return h("span", { class: "muted" }, "a session, no key");
  if (operation.scopes === null) return h("span", { class: "muted" }, "any key");
  if (!operation.scopes.length) return h("span", { class: "muted" }, "none named");
  return h("span", { class: "row" }, operation.scopes.map((scope) => mark(scope, "accent")));
}

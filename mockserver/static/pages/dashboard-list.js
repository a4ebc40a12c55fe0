// The dashboards of a project.
import { read } from "../lib/api.js";
import { byId, fill, h, mark } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { address, start } from "../lib/shell.js";

/** Show the list. */
export async function show() {
  const answer = await read(start.projectId, "dashboards_list", {}, { limit: "200" });
  const boards = answer.body?.results ?? [];
  if (!boards.length) return fill(byId("page"), h("p", { class: "empty" }, "The project has no dashboard."));
  return fill(byId("page"), h("div", { class: "grid even-heights" }, boards.map(card)));
}

function card(board) {
  return h(
    "section",
    { class: "panel" },
    h("header", {}, h("h2", {}, h("a", { href: address("dashboards", board.id) }, board.name || "Untitled")), board.pinned ? mark("pinned", "accent") : null),
    board.description ? h("p", {}, board.description) : null,
    board.tags?.length ? h("p", { class: "row" }, board.tags.map((tag) => mark(tag))) : null,
    h("p", { class: "muted small" }, `Dashboard ${board.id}, made ${moment(board.created_at).slice(0, 10)}${board.created_by ? ` by ${board.created_by.first_name}` : ""}`),
  );
}

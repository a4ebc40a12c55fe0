// The insights of a project as the product lists them, with how old their results are.
import { get, read } from "../lib/api.js";
import { byId, choice, field, fill, h, head, mark, scroller, stacking } from "../lib/dom.js";
import { insightName, moment, number } from "../lib/format.js";
import { on } from "../lib/live.js";
import { address, start } from "../lib/shell.js";
import { freshnessMark, kindName } from "./insight-words.js";

const PAGE = 50;
const TYPES = ["", "TRENDS", "FUNNELS", "RETENTION", "PATHS", "STICKINESS", "LIFECYCLE", "SQL", "JSON"];
const asked = { search: "", insight: "", offset: 0 };
let ages = new Map();

async function load() {
  const query = { basic: "true", limit: String(PAGE), offset: String(asked.offset) };
  if (asked.search) query.search = asked.search;
  if (asked.insight) query.insight = asked.insight;
  const [answer, freshness] = await Promise.all([
    read(start.projectId, "insights_list", {}, query),
    get(`projects/${start.projectId}/freshness`),
  ]);
  ages = new Map(freshness.map((row) => [row.insight_id, row]));
  if (answer.status !== 200) return fill(byId("list"), h("p", { class: "note bad" }, answer.body?.detail ?? `The list was answered with ${answer.status}.`));
  return fill(byId("list"), table(answer.body.results), pager(answer.body.count));
}

function table(insights) {
  if (!insights.length) return h("p", { class: "empty" }, "No insight fits.");
  return scroller(
    "Insights",
    stacking(h("table", { class: "insight-list" }, head("Name", "Kind", "Result", "Tags", "Made by", "Last changed"), h("tbody", {}, insights.map(row)))),
  );
}

function row(insight) {
  const age = ages.get(insight.id);
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("a", { href: address("insights", insight.id) }, insightName(insight)),
      insight.favorited ? h("span", { class: "star", role: "img", "aria-label": "favourite" }, " ★") : null,
      insight.description ? h("div", { class: "muted small" }, insight.description) : null,
    ),
    h("td", { class: "nowrap" }, kindName(insight.query)),
    h("td", {}, freshnessMark(age?.freshness)),
    h("td", {}, insight.tags.length ? h("span", { class: "row" }, insight.tags.map((tag) => mark(tag))) : null),
    h("td", { class: "nowrap" }, insight.created_by?.first_name ?? "–"),
    h("td", { class: "nowrap" }, moment(insight.last_modified_at).slice(0, 10)),
  );
}

function pager(count) {
  const last = Math.min(asked.offset + PAGE, count);
  const go = (by) => () => {
    asked.offset += by;
    load();
  };
  return h(
    "div",
    { class: "row spread" },
    h("p", { class: "muted small" }, count ? `${number(asked.offset + 1)} to ${number(last)} of ${number(count)}` : ""),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "small", disabled: asked.offset === 0, onclick: go(-PAGE) }, "Newer"),
      h("button", { type: "button", class: "small", disabled: last >= count, onclick: go(PAGE) }, "Older"),
    ),
  );
}

/** Show the list. */
export async function show() {
  let typing = null;
  const again = (changes) => {
    Object.assign(asked, changes, { offset: 0 });
    return load();
  };
  const search = h("input", {
    type: "search",
    placeholder: "Name, description or tag",
    oninput: (event) => {
      clearTimeout(typing);
      typing = setTimeout(() => again({ search: event.target.value }), 200);
    },
  });
  const types = choice(TYPES.map((type) => [type, type ? type.toLowerCase() : "every kind"]), { onchange: (event) => again({ insight: event.target.value }) });
  fill(
    byId("page"),
    h("section", { class: "panel" }, h("div", { class: "fields" }, field("Search", search, "wide"), field("Kind", types)), h("div", { id: "list", class: "stack" })),
  );
  await load();
  let changed = null;
  on("state", () => {
    clearTimeout(changed);
    changed = setTimeout(load, 400);
  });
}

// Failures on purpose: presets in one click, rules of one's own, and how often each has hit.
import { get, post, remove } from "../lib/api.js";
import { byId, fill, h, head, mark, scroller, stacking } from "../lib/dom.js";
import { counted, number, share } from "../lib/format.js";
import { on } from "../lib/live.js";
import { act, actButton, say, start } from "../lib/shell.js";
import { builder } from "./fault-builder.js";
import { effectWords, matchWords } from "./fault-words.js";

const PRESETS = [
  ["Slow", "Every answer takes 3 s longer", { effect: { delay: { kind: "fixed", ms: 3000 } } }],
  ["Flaky", "One request in five is answered 500", { effect: { status: 500 }, probability: 0.2 }],
  ["Throttled", "PostHog's limits for insights, by key", { effect: { throttle: { preset: "insights" } } }],
  ["Strictly throttled", "Ten requests a minute", { effect: { throttle: { per_minute: 10 } } }],
  ["Offline", "The connection is reset", { effect: { connection: "reset" } }],
  ["Garbage", "The answer is no HTTP", { effect: { connection: "garbage" } }],
  ["Cut short", "The body ends too early", { effect: { connection: "truncate" } }],
  ["Maintenance", "503 with Retry-After 30", { effect: { status: 503, retry_after: 30 } }],
];
let rules = [];
let shown = "";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isFor = (rule) => rule.match.project_id === start.projectId && Object.keys(rule.match).length === 1;
const ruleOf = (preset) => rules.find((rule) => isFor(rule) && same(rule.effect, preset.effect) && rule.probability === (preset.probability ?? 1));

function showPresets() {
  fill(byId("presets"), PRESETS.map(presetCard));
}

function presetCard([name, words, preset]) {
  const rule = ruleOf(preset);
  const toggle = async () => {
    if (rule) await remove(`faults/${rule.id}`);
    else await post("faults", { match: { project_id: start.projectId }, ...preset });
    await load();
  };
  return h(
    "div",
    { class: `panel preset${rule ? " on" : ""}` },
    h("header", {}, h("h3", {}, name), rule ? mark(`on, ${counted(rule.hits, "hit")}`, "bad") : mark("off")),
    h("p", { class: "muted small" }, words),
    h("div", {}, actButton(rule ? "Switch off" : "Switch on", toggle, { class: `small${rule ? " danger" : ""}`, data: { key: name }, "aria-label": `${rule ? "Switch off" : "Switch on"}: ${name}` })),
  );
}

function showRules() {
  if (!rules.length) return fill(byId("rules"), h("p", { class: "empty" }, "No rule is in force: every request is answered as it should be."));
  const rows = rules.map((rule) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `Rule ${rule.id}`),
      h("td", {}, matchWords(rule.match, start.projectId)),
      h("td", {}, h("span", { title: JSON.stringify(rule.effect) }, effectWords(rule.effect))),
      h("td", { class: "nowrap" }, rule.probability === 1 ? "always" : share(rule.probability)),
      h("td", { class: "number" }, rule.times === null ? number(rule.hits) : `${number(rule.hits)} of ${number(rule.times)}`),
      h("td", {}, actButton("Remove", () => remove(`faults/${rule.id}`).then(load), { class: "small danger", "aria-label": `Remove rule ${rule.id}` })),
    ),
  );
  const table = h("table", {}, head("Rule", "Requests", "Effect", "How often", ["Hits"], "What to do"), h("tbody", {}, rows));
  return fill(byId("rules"), scroller("Rules", stacking(table)), h("div", {}, actButton("Remove all", () => remove("faults").then(load), { class: "danger" })));
}

// the answer to a change and the event that tells of it are one change: a button that is being pressed stays
function show(next) {
  const text = JSON.stringify(next);
  if (text === shown) return;
  shown = text;
  rules = next;
  showPresets();
  showRules();
}

async function load() {
  show(await get("faults"));
}

const create = (ruleOfForm, submitter) =>
  act(submitter, async () => {
    const rule = await post("faults", ruleOfForm());
    say(`Rule ${rule.id} is in force.`);
    await load();
  });

fill(
  byId("page"),
  h("section", { "aria-labelledby": "presets-title", class: "stack" }, h("h2", { id: "presets-title" }, "In one click, for this project"), h("div", { id: "presets", class: "grid cards" })),
  h("section", { class: "panel", "aria-labelledby": "rules-title" }, h("h2", { id: "rules-title" }, "Rules in force"), h("div", { id: "rules", class: "stack" })),
  h("section", { class: "panel", "aria-labelledby": "build-title" }, h("h2", { id: "build-title" }, "A rule of your own"), h("div", { id: "builder" })),
);
await load();
const [operations, violations] = await Promise.all([get("operations"), get("contract-faults")]);
fill(byId("builder"), builder(operations.filter((each) => each.path.startsWith("/api/")), violations, create));
on("faults", show);

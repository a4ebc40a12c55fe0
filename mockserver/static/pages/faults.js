// Failures on purpose: presets in one click, rules of one's own, and how often each has hit.
import { get, post, remove } from "../lib/api.js";
import { byId, choice, field, fill, h, mark, scroller } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { on } from "../lib/live.js";
import { act, actButton, say, start } from "../lib/shell.js";

const PRESETS = [
  ["Slow", "Every answer takes 3 s longer", { effect: { delay: { kind: "fixed", ms: 3000 } } }],
  ["Flaky", "One request in five is answered 500", { effect: { status: 500 }, probability: 0.2 }],
  ["Throttled", "PostHog's limits for insights, by key", { effect: { throttle: { preset: "insights" } } }],
  ["Strictly throttled", "Ten requests a minute", { effect: { throttle: { per_minute: 10 } } }],
  ["Offline", "The connection is reset", { effect: { connection: "reset" } }],
  ["Garbage", "The answer is no HTTP", { effect: { connection: "garbage" } }],
  ["Cut short", "The body ends too early", { effect: { connection: "truncate" } }],
  ["Down for maintenance", "503 with Retry-After 30", { effect: { status: 503, retry_after: 30 } }],
];
let rules = [];

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isFor = (rule) => rule.match.project_id === start.projectId && Object.keys(rule.match).length === 1;
const ruleOf = (preset) => rules.find((rule) => isFor(rule) && same(rule.effect, preset.effect) && rule.probability === (preset.probability ?? 1));

function showPresets() {
  fill(
    byId("presets"),
    PRESETS.map(([name, words, preset]) => {
      const rule = ruleOf(preset);
      const toggle = async () => {
        if (rule) await remove(`faults/${rule.id}`);
        else await post("faults", { match: { project_id: start.projectId }, ...preset });
        await load();
      };
      return h("div", { class: "panel" }, h("header", {}, h("h3", {}, name), rule ? mark(`on, ${number(rule.hits)} hits`, "bad") : mark("off")), h("p", { class: "muted small" }, words), h("div", {}, actButton(rule ? "Switch off" : "Switch on", toggle, { class: rule ? "danger" : "", "aria-label": `${rule ? "Switch off" : "Switch on"}: ${name}` })));
    }),
  );
}

function showRules() {
  if (!rules.length) return fill(byId("rules"), h("p", { class: "empty" }, "No rule is in force: every request is answered as it should be."));
  const rows = rules.map((rule) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, String(rule.id)),
      h("td", {}, matchWords(rule.match)),
      h("td", {}, h("code", {}, JSON.stringify(rule.effect))),
      h("td", { class: "number" }, rule.probability === 1 ? "always" : `${number(rule.probability * 100)} %`),
      h("td", { class: "number" }, rule.times === null ? number(rule.hits) : `${number(rule.hits)} of ${number(rule.times)}`),
      h("td", {}, actButton("Remove", () => remove(`faults/${rule.id}`).then(load), { class: "small danger", "aria-label": `Remove rule ${rule.id}` })),
    ),
  );
  const head = h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Rule"), h("th", { scope: "col" }, "Requests"), h("th", { scope: "col" }, "Effect"), h("th", { scope: "col", class: "number" }, "How often"), h("th", { scope: "col", class: "number" }, "Hits"), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Remove"))));
  return fill(byId("rules"), scroller("Rules", h("table", {}, head, h("tbody", {}, rows))), h("div", {}, actButton("Remove all", () => remove("faults").then(load), { class: "danger" })));
}

function matchWords(match) {
  const parts = [match.method, match.operation_id, match.path, match.project_id ? `project ${match.project_id}` : null].filter(Boolean);
  return parts.length ? parts.join(" · ") : "every request";
}

async function load() {
  rules = await get("faults");
  showPresets();
  showRules();
}

const EFFECTS = {
  status: ["Answer with a status", () => [number_("status", "Status", 503, { min: 200, max: 599 }), number_("retry_after", "Retry-After, in seconds", "", { min: 0 })], (data) => ({ status: Number(data.get("status")), ...(data.get("retry_after") ? { retry_after: Number(data.get("retry_after")) } : {}) })],
  delay: ["Wait", () => [number_("ms", "Milliseconds", 1000, { min: 0 })], (data) => ({ delay: { kind: "fixed", ms: Number(data.get("ms")) } })],
  uniform: ["Wait for a while between two", () => [number_("min_ms", "At least, in ms", 200, { min: 0 }), number_("max_ms", "At most, in ms", 2000, { min: 0 })], (data) => ({ delay: { kind: "uniform", min_ms: Number(data.get("min_ms")), max_ms: Number(data.get("max_ms")) } })],
  throttle: ["Throttle", () => [number_("per_minute", "Requests a minute", 60, { min: 1 })], (data) => ({ throttle: { per_minute: Number(data.get("per_minute")) } })],
  connection: ["Break the connection", () => [field("How", choice(["reset", "empty", "truncate", "garbage", "dribble"], { name: "connection" }))], (data) => ({ connection: data.get("connection") })],
  contract: ["Break the contract", () => [field("Which rule", choice(violations, { name: "contract" }))], (data) => ({ contract: data.get("contract") })],
};
let violations = [];

function number_(name, label, value, properties) {
  return field(label, h("input", { type: "number", name, value, ...properties }));
}

function builder(operations) {
  const parts = h("div", { class: "fields full" });
  const effect = choice(Object.entries(EFFECTS).map(([name, [words]]) => [name, words]), { name: "effect" });
  const showParts = () => fill(parts, EFFECTS[effect.value][1]());
  effect.addEventListener("change", showParts);
  showParts();
  return h(
    "form",
    { class: "fields", onsubmit: create },
    field("Operation", choice([["", "any"], ...operations.map((each) => each.operation_id)], { name: "operation_id" })),
    field("Method", choice([["", "any"], "GET", "POST", "PATCH", "PUT", "DELETE"], { name: "method" })),
    field("Path, * for any text", h("input", { name: "path", placeholder: "/api/projects/*/insights" })),
    field("Project", choice([[String(start.projectId), "this one"], ["", "any"]], { name: "project_id" })),
    field("Effect", effect),
    parts,
    field("Share of requests, 0 to 1", h("input", { type: "number", name: "probability", min: "0", max: "1", step: "any", value: "1" })),
    field("Times, empty for ever", h("input", { type: "number", name: "times", min: "1", step: "1" })),
    h("div", {}, h("button", { type: "submit", class: "primary" }, "Add rule")),
  );
}

async function create(event) {
  event.preventDefault();
  const data = new FormData(event.target);
  const match = {};
  for (const name of ["operation_id", "method", "path"]) if (data.get(name)) match[name] = data.get(name);
  if (data.get("project_id")) match.project_id = Number(data.get("project_id"));
  const body = { match, effect: EFFECTS[data.get("effect")][2](data), probability: Number(data.get("probability")) };
  if (data.get("times")) body.times = Number(data.get("times"));
  await act(event.submitter, async () => {
    const rule = await post("faults", body);
    say(`Rule ${rule.id} is in force.`);
    await load();
  });
}

fill(
  byId("page"),
  h("section", { "aria-labelledby": "presets-title", class: "stack" }, h("h2", { id: "presets-title" }, "In one click, for this project"), h("div", { id: "presets", class: "grid" })),
  h("section", { class: "panel", "aria-labelledby": "rules-title" }, h("h2", { id: "rules-title" }, "Rules in force"), h("div", { id: "rules", class: "stack" })),
  h("section", { class: "panel", "aria-labelledby": "build-title" }, h("h2", { id: "build-title" }, "A rule of your own"), h("div", { id: "builder" })),
);
await load();
const [operations, named] = await Promise.all([get("operations"), get("contract-faults")]);
violations = named.map((each) => [each.name, `${each.name}: ${each.description}`.slice(0, 90)]);
fill(byId("builder"), builder(operations));
on("faults", (data) => {
  rules = data;
  showPresets();
  showRules();
});

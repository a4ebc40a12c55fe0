// A form that builds a fault rule: which requests, what happens to them, how often.
import { choice, field, fill, h } from "../lib/dom.js";
import { start } from "../lib/shell.js";

const amount = (name, label, value, properties) => field(label, h("input", { type: "number", name, value, ...properties }));
const read = (data, name) => Number(data.get(name));

/** Each effect: its words, its fields, and the rule's effect from what was entered. */
const EFFECTS = {
  status: [
    "Answer with a status",
    () => [amount("status", "Status", 503, { min: 200, max: 599, required: true }), amount("retry_after", "Retry-After, in seconds", "", { min: 0 }), field("Body, as JSON; empty for PostHog's envelope", h("textarea", { name: "body", rows: "2" }), "full")],
    (data) => ({
      status: read(data, "status"),
      ...(data.get("retry_after") ? { retry_after: read(data, "retry_after") } : {}),
      ...(data.get("body").trim() ? { body: jsonOf(data.get("body")) } : {}),
    }),
  ],
  fixed: ["Wait", () => [amount("ms", "Milliseconds", 1000, { min: 0, required: true })], (data) => ({ delay: { kind: "fixed", ms: read(data, "ms") } })],
  uniform: [
    "Wait between two times",
    () => [amount("min_ms", "At least, in ms", 200, { min: 0, required: true }), amount("max_ms", "At most, in ms", 2000, { min: 0, required: true })],
    (data) => ({ delay: { kind: "uniform", min_ms: read(data, "min_ms"), max_ms: read(data, "max_ms") } }),
  ],
  lognormal: [
    "Wait as networks do",
    () => [amount("median_ms", "Median, in ms", 300, { min: 0, required: true }), amount("sigma", "Sigma; 0.5 is usual", 0.5, { min: 0, max: 5, step: "any", required: true })],
    (data) => ({ delay: { kind: "lognormal", median_ms: read(data, "median_ms"), sigma: read(data, "sigma") } }),
  ],
  throttle: ["Throttle", () => [amount("per_minute", "Requests a minute", 60, { min: 1, required: true })], (data) => ({ throttle: { per_minute: read(data, "per_minute") } })],
  connection: ["Break the connection", () => [field("How", choice(["reset", "empty", "truncate", "garbage", "dribble"], { name: "connection" }))], (data) => ({ connection: data.get("connection") })],
  contract: ["Break the contract", (violations) => violationFields(violations), (data) => ({ contract: data.get("contract") })],
};

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The body is no JSON: ${error.message}`);
  }
}

function violationFields(violations) {
  const told = h("p", { class: "muted small full" });
  const names = choice(violations.map((each) => each.name), { name: "contract" });
  const tell = () => fill(told, violations.find((each) => each.name === names.value)?.description ?? "");
  names.addEventListener("change", tell);
  tell();
  return [field("Which violation", names, "wide"), told];
}

/** The form; `create(rule, submitter)` is called with what `POST /_mock/faults` takes, or told of what is wrong by throwing. */
export function builder(operations, violations, create) {
  const parts = h("div", { class: "fields full" });
  const effect = choice(Object.entries(EFFECTS).map(([name, [words]]) => [name, words]), { name: "effect" });
  const showParts = () => fill(parts, EFFECTS[effect.value][1](violations));
  effect.addEventListener("change", showParts);
  showParts();
  return h(
    "form",
    {
      class: "stack",
      onsubmit: (event) => {
        event.preventDefault();
        create(() => ruleOf(new FormData(event.target)), event.submitter);
      },
    },
    group(
      "Which requests",
      field("Operation", choice([["", "any"], ...operations.map((each) => each.operation_id)], { name: "operation_id" })),
      field("Method", choice([["", "any"], "GET", "POST", "PATCH", "PUT", "DELETE"], { name: "method" })),
      field("Path, * for any text", h("input", { name: "path", placeholder: "/api/projects/*/insights" })),
      field("Project", choice([[String(start.projectId), "this one"], ["", "any"]], { name: "project_id" })),
    ),
    group("What happens", field("Effect", effect), parts),
    group(
      "How often",
      field("Share of requests, 0 to 1", h("input", { type: "number", name: "probability", min: "0", max: "1", step: "any", value: "1", required: true })),
      field("Times; empty for ever", h("input", { type: "number", name: "times", min: "1", step: "1" })),
    ),
    h("div", {}, h("button", { type: "submit", class: "primary" }, "Add rule")),
  );
}

const group = (name, ...fields) => h("fieldset", {}, h("legend", { class: "small" }, name), h("div", { class: "fields" }, fields));

function ruleOf(data) {
  const match = {};
  for (const name of ["operation_id", "method", "path"]) if (data.get(name)) match[name] = data.get(name);
  if (data.get("project_id")) match.project_id = read(data, "project_id");
  const rule = { match, effect: EFFECTS[data.get("effect")][2](data), probability: read(data, "probability") };
  if (data.get("times")) rule.times = read(data, "times");
  return rule;
}

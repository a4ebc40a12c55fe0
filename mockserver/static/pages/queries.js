// Background queries: where each is, where it may go, and the policy that times new ones.
import { get, post, put, remove } from "../lib/api.js";
import { byId, choice, field, fill, h, mark, scroller, stacking } from "../lib/dom.js";
import { number, timeOfDay } from "../lib/format.js";
import { on } from "../lib/live.js";
import { act, actButton, address, isFrozen, mockNow, say, start } from "../lib/shell.js";
import { axis, bar, spanOf, words } from "./timeline.js";

const TONES = { queued: "", running: "accent", complete: "good", error: "bad", cancelled: "warn", expired: "" };
const VERBS = { running: "Run", complete: "Complete", error: "Fail", cancelled: "Cancel", expired: "Expire" };
const SCOPES = { default: "The server's default is in force.", server: "The server's own policy is in force.", project: "This project's own policy is in force." };
const MODES = { time: "by the clock", polls: "after reads of the status", manual: "only by hand", instant: "at once" };
const SPANS = [["0", "the newest together"], ["60", "the last minute"], ["600", "the last 10 minutes"], ["3600", "the last hour"], ["86400", "the last day"]];
const MOST = 50;
const path = `projects/${start.projectId}/refresh`;
let jobs = [];

async function load() {
  jobs = (await get("jobs", { project_id: start.projectId })).toReversed();
  show();
}

function show() {
  if (!jobs.length) {
    fill(byId("jobs"), h("p", { class: "empty" }, "No query has been queued. Ask an ", h("a", { href: address("insights") }, "insight"), " for a refresh by ", h("code", {}, "async"), " or ", h("code", {}, "force_async"), " to make one."));
    return;
  }
  const now = mockNow() ?? Date.parse(jobs[0].created_at);
  const shown = jobs.slice(0, MOST);
  const span = spanOf(shown, now, Number(byId("span").value));
  fill(
    byId("jobs"),
    scroller(
      "Jobs",
      stacking(
        h(
          "table",
          { class: "jobs" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Job"), h("th", { scope: "col" }, "State"), h("th", { scope: "col", class: "lane-head", data: { name: "Timeline" } }, h("span", { class: "visually-hidden" }, "Timeline"), axis(span)), h("th", { scope: "col", class: "number" }, "Reads"), h("th", { scope: "col" }, "Move it"))),
          h("tbody", {}, shown.map((job) => row(job, now, span))),
        ),
      ),
    ),
    jobs.length > MOST ? h("p", { class: "muted small" }, `The newest ${MOST} of ${number(jobs.length)}.`) : null,
  );
}

function row(job, now, span) {
  const progress = job.progress ? `${number(job.progress.rows_read)} of ${number(job.progress.estimated_rows_total)} rows` : "";
  return h(
    "tr",
    { data: { job: job.id } },
    h(
      "th",
      { scope: "row" },
      `${job.id} `,
      job.insight_id ? h("a", { href: address("insights", job.insight_id) }, `insight ${job.insight_id}`) : h("span", { class: "muted" }, "query"),
      h("div", { class: "muted small" }, timeOfDay(job.created_at), job.policy.mode === "time" ? null : `, ${MODES[job.policy.mode] ?? job.policy.mode}`),
    ),
    h("td", {}, h("div", {}, mark(job.state, TONES[job.state]), job.error_message ? h("div", { class: "small" }, job.error_message) : null)),
    h("td", {}, h("div", { class: "lane" }, bar(job, now, span), h("span", { class: "muted small" }, [words(job, now), progress].filter(Boolean).join("; ")))),
    h("td", { class: "number" }, number(job.reads)),
    h("td", {}, h("span", { class: "row" }, moves(job))),
  );
}

/** What the colours of the timeline mean. */
function keys() {
  return h("ul", { class: "lane-keys", "aria-label": "Colours" }, ["queued", "running", "expected", "complete", "error", "cancelled", "expired"].map((state) => h("li", {}, h("span", { class: `lane-key ${state}` }), state)));
}

function moves(job) {
  const known = job.moves.filter((state) => state !== job.state);
  if (!known.length) return h("span", { class: "muted small" }, "nowhere to go");
  return known.map((state) =>
    actButton(VERBS[state], async () => {
      await post(`jobs/${job.id}/transition`, { to: state });
      await load();
    }, { class: "small", "aria-label": `${VERBS[state]} job ${job.id}` }),
  );
}

function policyForm(policy) {
  const value = (name, label, properties = {}) => field(label, h("input", { type: "number", name, min: "0", step: "any", value: policy[name], ...properties }));
  const form = h(
    "form",
    { class: "fields", onsubmit: (event) => save(event, form) },
    field("Mode", choice(Object.entries(MODES), { name: "mode", value: policy.mode })),
    value("queue_seconds", "Seconds queued"),
    value("run_seconds", "Seconds running"),
    value("polls", "Reads until done", { min: "1", step: "1" }),
    value("jitter", "Jitter, 0 to 1", { max: "1" }),
    field("Outcome", choice([["complete", "complete"], ["error", "error"]], { name: "outcome", value: policy.outcome })),
    field("Error message", h("input", { name: "error_message", value: policy.error_message ?? "" })),
    h("div", { class: "row full" }, h("button", { type: "submit", class: "primary" }, "Use for new jobs"), actButton("Back to the default", async () => showPolicy(await remove(path)))),
  );
  return form;
}

async function save(event, form) {
  event.preventDefault();
  const data = new FormData(form);
  const body = { mode: data.get("mode"), outcome: data.get("outcome") };
  for (const name of ["queue_seconds", "run_seconds", "polls", "jitter"]) if (data.get(name) !== "") body[name] = Number(data.get(name));
  if (data.get("error_message")) body.error_message = data.get("error_message");
  await act(event.submitter, async () => {
    showPolicy(await put(path, body));
    say("New jobs follow this policy.");
  });
}

function showPolicy(policy) {
  fill(byId("policy"), h("p", { class: "muted small" }, `${SCOPES[policy.scope] ?? policy.scope} New jobs follow it; those under way keep theirs.`), policyForm(policy));
}

fill(
  byId("page"),
  h("section", { class: "panel", "aria-labelledby": "jobs-title" }, h("header", {}, h("h2", { id: "jobs-title" }, "Jobs"), h("div", { class: "row" }, keys(), h("label", { for: "span" }, "Show"), choice(SPANS, { id: "span", value: "0", onchange: show }))), h("div", { id: "jobs", class: "stack" })),
  h("section", { class: "panel", "aria-labelledby": "policy-title" }, h("h2", { id: "policy-title" }, "Policy"), h("div", { id: "policy", class: "stack" })),
);
showPolicy(await get(path));
await load();
on("jobs", load);
on("clock", () => setTimeout(load, 50));
setInterval(() => {
  if (!isFrozen() && jobs.some((job) => job.state === "queued" || job.state === "running")) show();
}, 500);


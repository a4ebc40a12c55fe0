// Background queries: where each is, where it may go, and the policy that times new ones.
import { get, post, put, remove } from "../lib/api.js";
import { byId, choice, field, fill, h, mark, scroller } from "../lib/dom.js";
import { duration, number, timeOfDay } from "../lib/format.js";
import { on } from "../lib/live.js";
import { act, actButton, address, mockNow, say, start } from "../lib/shell.js";

const TONES = { queued: "", running: "accent", complete: "good", error: "bad", cancelled: "warn", expired: "" };
const VERBS = { running: "Run", complete: "Complete", error: "Fail", cancelled: "Cancel", expired: "Expire" };
const path = `projects/${start.projectId}/refresh`;
let jobs = [];

async function load() {
  jobs = (await get("jobs", { project_id: start.projectId })).toReversed();
  show();
}

function show() {
  if (!jobs.length) {
    fill(byId("jobs"), h("p", { class: "empty" }, "No query has been queued. Ask an insight for a refresh by ", h("code", {}, "async"), " or ", h("code", {}, "force_async"), " to make one."));
    return;
  }
  fill(
    byId("jobs"),
    keys(),
    scroller(
      "Jobs",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ["Job", "State", "Timeline", "Reads", "Move it"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, jobs.slice(0, 100).map(row)),
      ),
    ),
  );
}

function keys() {
  return h("p", { class: "row small muted" }, ["queued", "running", "complete", "error", "cancelled", "expired"].map((state) => mark(state, TONES[state])), "Each bar goes from the moment of queueing to that of expiry.");
}

function row(job) {
  const progress = job.progress ? `${number(job.progress.rows_read)} of ${number(job.progress.estimated_rows_total)} rows` : "";
  return h(
    "tr",
    { data: { job: job.id } },
    h(
      "th",
      { scope: "row" },
      `${job.id} `,
      job.insight_id ? h("a", { href: address("insights", job.insight_id) }, `insight ${job.insight_id}`) : h("span", { class: "muted" }, "query"),
      h("div", { class: "muted small" }, `${timeOfDay(job.created_at)}, ${job.policy.mode}`),
    ),
    h("td", {}, mark(job.state, TONES[job.state]), job.error_message ? h("div", { class: "small" }, job.error_message) : null),
    h("td", { class: "lane" }, track(job), h("span", { class: "muted small" }, progress)),
    h("td", {}, number(job.reads)),
    h("td", {}, h("span", { class: "row" }, moves(job))),
  );
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

/** The life of a job as spans of its whole time. */
function track(job) {
  const begin = Date.parse(job.created_at);
  const end = Date.parse(job.expires_at);
  const ended = job.ended_at ? Date.parse(job.ended_at) : null;
  // a job's whole time is minutes, its life mostly seconds: what is shown reaches a little past what has happened
  const now = mockNow() ?? begin;
  const reach = Math.min(end, Math.max(begin + 10_000, (ended ?? now) + 2_000));
  const place = (time) => Math.min(1, Math.max(0, (time - begin) / (reach - begin)));
  const picked = job.pickup_at ? Date.parse(job.pickup_at) : null;
  const until = ended ?? Math.min(Math.max(now, begin), end);
  const spans = [["queued", begin, picked ?? until]];
  if (picked) spans.push(["running", picked, until]);
  if (["complete", "error", "cancelled", "expired"].includes(job.state)) spans.push([job.state, until, reach]);
  const told = `Queued ${timeOfDay(job.created_at)}${picked ? `, run for ${duration((until - picked) / 1000)}` : ""}, ${job.state}`;
  return h(
    "div",
    { class: "track", role: "img", "aria-label": told, title: told },
    spans.map(([state, from, to]) => h("span", { class: state, vars: { from: place(from).toFixed(4), to: place(to).toFixed(4) } })),
  );
}

function policyForm(policy) {
  const value = (name, label, properties = {}) => field(label, h("input", { type: "number", name, min: "0", step: "any", value: policy[name], ...properties }));
  const form = h(
    "form",
    { class: "fields", onsubmit: (event) => save(event, form) },
    field("Mode", choice([["time", "by the clock"], ["polls", "after reads of the status"], ["manual", "only by hand"], ["instant", "at once"]], { name: "mode", value: policy.mode })),
    value("queue_seconds", "Seconds queued"),
    value("run_seconds", "Seconds running"),
    value("polls", "Reads until done", { min: "1", step: "1" }),
    value("jitter", "Jitter, 0 to 1", { max: "1" }),
    field("Outcome", choice([["complete", "complete"], ["error", "error"]], { name: "outcome", value: policy.outcome })),
    field("Error message", h("input", { name: "error_message", value: policy.error_message ?? "" })),
    h("div", { class: "row full" }, h("button", { type: "submit", class: "primary" }, "Use for new jobs"), actButton("Fall back", async () => showPolicy(await remove(path)))),
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
  fill(byId("policy"), h("p", { class: "muted small" }, `In force: set for ${policy.scope === "default" ? "nothing in particular, so the server's default" : `the ${policy.scope}`}.`), policyForm(policy));
}

fill(
  byId("page"),
  h("section", { class: "panel", "aria-labelledby": "jobs-title" }, h("h2", { id: "jobs-title" }, "Jobs"), h("div", { id: "jobs", class: "stack" })),
  h("section", { class: "panel", "aria-labelledby": "policy-title" }, h("h2", { id: "policy-title" }, "Policy"), h("div", { id: "policy", class: "stack" })),
);
showPolicy(await get(path));
await load();
on("jobs", load);
on("clock", () => setTimeout(load, 50));
setInterval(() => {
  if (jobs.some((job) => job.state === "queued" || job.state === "running") && !document.activeElement?.closest?.("[data-job]")) show();
}, 500);


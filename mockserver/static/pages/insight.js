// One insight: its picture, its query, the raw response, and what refreshing it would do.
import { draw } from "../charts/draw.js";
import { get, read } from "../lib/api.js";
import { byId, copyable, fill, h, jsonBox, mark, write } from "../lib/dom.js";
import { duration, insightName, moment, size } from "../lib/format.js";
import { on } from "../lib/live.js";
import { actButton, address, mockNow, start } from "../lib/shell.js";
import { freshnessMark, kindName } from "./insight-words.js";

const id = start.objectId;
let shown = null;
let drawnFrom = null;
let forecast = null;

async function ask(refresh, telling = true) {
  const answer = await read(start.projectId, "insights_retrieve", { id }, refresh ? { refresh } : {});
  if (answer.status !== 200) return failed(answer);
  const insight = answer.body;
  const isJobOnly = insight.result === null && shown?.result && insight.query_status && !insight.query_status.complete;
  response(insight, refresh);
  if (!isJobOnly) shown = insight;
  title(shown);
  picture();
  if (telling) await tellForecast();
  return insight;
}

function failed(answer) {
  fill(byId("picture"), h("p", { class: "note bad", role: "alert" }, answer.body?.detail ?? `It was answered with ${answer.status}.`));
  fill(byId("response"), jsonBox(answer.body, "Raw response"));
  drawnFrom = null;
}

function title(insight) {
  byId("title").textContent = insightName(insight);
  byId("purpose").textContent = insight.description || `${kindName(insight.query)} · ${insight.short_id}`;
  document.title = `${insightName(insight)} · PostHog mock`;
  fill(byId("query"), jsonBox(insight.query, "Query"));
  fill(
    byId("facts"),
    fact("Calculated", insight.last_refresh ? moment(insight.last_refresh) : "not yet"),
    fact("From the cache", insight.is_cached ? "yes" : "no"),
    fact("Id", `${insight.id} · ${insight.short_id}`),
    insight.tags.length ? fact("Tags", h("span", { class: "row" }, insight.tags.map((tag) => mark(tag)))) : null,
    insight.dashboard_tiles.length
      ? fact("Dashboards", h("span", { class: "row" }, insight.dashboard_tiles.map((tile) => h("a", { href: address("dashboards", tile.dashboard_id) }, `Dashboard ${tile.dashboard_id}`))))
      : null,
  );
}

const fact = (name, value) => [h("dt", {}, name), h("dd", {}, value)];

function picture() {
  const key = `${shown.last_refresh}/${shown.result === null}/${shown.query_status?.error ?? ""}`;
  if (key === drawnFrom) return;
  drawnFrom = key;
  draw(byId("picture"), shown, { legend: true, detailed: true });
}

function response(insight, refresh) {
  const query = refresh ? `?refresh=${refresh}` : "";
  const line = `GET /api/projects/${start.projectId}/insights/${id}${query}`;
  fill(byId("response"), copyable(line), h("p", { class: "muted small" }, `Answered with 200, ${size(new Blob([JSON.stringify(insight)]).size)}`), jsonBox(insight, "Raw response"));
}

async function tellForecast() {
  forecast = await get(`projects/${start.projectId}/insights/${id}/forecast`);
  fill(byId("freshness"), freshnessMark(forecast.freshness));
  const modes = forecast.modes.map((each) =>
    h(
      "li",
      {},
      actButton(each.mode, () => ask(each.mode), { class: "small", data: { mode: each.mode, key: each.mode } }),
      h("strong", { class: "small" }, each.action),
      h("span", { class: "muted small" }, each.rule),
    ),
  );
  fill(
    byId("forecast"),
    h("p", {}, forecast.state),
    forecast.has_query ? h("ul", { class: "modes" }, modes) : h("p", { class: "muted" }, "The insight has no query to refresh."),
    h("p", { id: "countdown", class: "muted small" }),
  );
  countdown();
  await follow();
}

function countdown() {
  const place = document.getElementById("countdown");
  if (!place || !forecast?.stale_at) return;
  const left = (Date.parse(forecast.stale_at) - mockNow()) / 1000;
  const lazily = (Date.parse(forecast.lazily_stale_at) - mockNow()) / 1000;
  const words = [left > 0 ? `Stale in ${duration(left)}` : `Stale for ${duration(-left)}`];
  if (forecast.lazily_stale_at !== forecast.stale_at) words.push(lazily > 0 ? `lazily stale in ${duration(lazily)}` : `lazily stale for ${duration(-lazily)}`);
  const allowed = (Date.parse(forecast.next_allowed_at) - mockNow()) / 1000;
  words.push(allowed > 0 ? `a client should wait ${duration(allowed)} before it asks for more` : "a client may ask for more");
  write(place, `${words.join("; ")}.`);
}

function showJob(job) {
  byId("job").hidden = !job;
  if (!job) return fill(byId("job"));
  const text = `Job ${job.id} is ${job.state}, ${Math.round(job.share * 100)}%`;
  return fill(
    byId("job"),
    h("div", { class: "note row spread", role: "status" }, h("span", {}, text), h("span", { class: "bar-of", role: "progressbar", "aria-label": "Progress", "aria-valuenow": Math.round(job.share * 100), "aria-valuemin": "0", "aria-valuemax": "100" }, h("span", { vars: { share: job.share } })), h("a", { href: address("queries") }, "Queries")),
  );
}

let lastState = null;
on("jobs", async (jobs) => {
  if (!forecast?.job_id) return;
  const job = jobs.find((each) => each.id === forecast.job_id);
  const open = job && (job.state === "queued" || job.state === "running");
  showJob(open ? job : null);
  if (!open && lastState !== null) {
    lastState = null;
    await ask("force_cache");
  } else if (open) lastState = job.state;
});

async function follow() {
  if (!forecast?.job_id) return;
  const job = (await get("jobs", { project_id: start.projectId })).find((each) => each.id === forecast.job_id);
  if (job && (job.state === "queued" || job.state === "running")) {
    lastState = job.state;
    showJob({ id: job.id, state: job.state, share: job.share });
  } else {
    // it ended while its forecast was on its way
    await ask("force_cache");
  }
}

on("clock", async () => {
  if (shown) await tellForecast();
});
setInterval(countdown, 1000);

/** Show the insight. */
export async function show() {
  fill(
    byId("page"),
    h(
      "div",
      { class: "grid wide" },
      h(
        "div",
        { class: "stack" },
        h("section", { class: "panel", "aria-label": "Picture" }, h("div", { id: "job", hidden: true }), h("div", { id: "picture" }, h("p", { class: "waiting" }, "Loading …"))),
        h("section", { class: "panel", "aria-labelledby": "response-title" }, h("h2", { id: "response-title" }, "Raw response"), h("div", { id: "response", class: "stack" })),
      ),
      h(
        "div",
        { class: "stack" },
        h("section", { class: "panel", "aria-labelledby": "next" }, h("header", {}, h("h2", { id: "next" }, "Refresh"), h("span", { id: "freshness" })), h("div", { id: "forecast", class: "stack" })),
        h("section", { class: "panel", "aria-label": "Facts" }, h("dl", { id: "facts", class: "facts" })),
        h("section", { class: "panel", "aria-labelledby": "query-title" }, h("h2", { id: "query-title" }, "Query"), h("div", { id: "query" })),
      ),
    ),
  );
  await ask("force_cache");
  if (shown && shown.result === null && forecast?.has_query && !forecast.job_id) fill(byId("picture"), offer());
}

function offer() {
  return h(
    "div",
    { class: "waiting" },
    h("p", {}, "Nothing is cached for this query yet."),
    actButton("Calculate now", () => ask("blocking"), { class: "primary" }),
  );
}

// One dashboard: its tiles by their layouts, refreshed together.
import { draw } from "../charts/draw.js";
import { get, read } from "../lib/api.js";
import { byId, fill, h } from "../lib/dom.js";
import { insightName, moment } from "../lib/format.js";
import { on } from "../lib/live.js";
import { actButton, address, start } from "../lib/shell.js";
import { markdown } from "../lib/text.js";
import { placed, placeVars } from "../lib/tiles.js";

const AT_ONCE = 3;
const id = start.objectId;
let board = null;
let waiting = new Map();
let jobs = [];
let whenDone = () => {};

function tileOf(place) {
  const { tile } = place;
  const vars = placeVars(place);
  const tint = tile.color ? ` tint-${tile.color}` : "";
  if (!tile.insight) {
    return h("div", { class: `panel tile text${tint}`, vars }, h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Text" }, markdown(tile.text?.body ?? "")));
  }
  const body = h("div", { class: "scroll tile-body", role: "group", "aria-label": "Picture" });
  const state = h("p", { class: "muted small" });
  const node = h(
    "section",
    { class: `panel tile${tint}`, vars, "aria-labelledby": `tile-${tile.id}` },
    h("header", {}, h("h2", { id: `tile-${tile.id}` }, h("a", { href: address("insights", tile.insight.id) }, insightName(tile.insight)))),
    body,
    state,
  );
  node.show = (insight) => {
    draw(body, insight, { legend: "several", detailed: false, fill: true });
    state.textContent = insight.last_refresh ? `Calculated ${moment(insight.last_refresh)}` : "";
  };
  tile.node = node;
  return node;
}

async function ask(tile, refresh) {
  const answer = await read(start.projectId, "insights_retrieve", { id: String(tile.insight.id) }, { refresh, from_dashboard: String(id) });
  if (answer.status !== 200) {
    tile.node.show({ result: null, query_status: { error: true, error_message: answer.body?.detail } });
    return null;
  }
  const status = answer.body.query_status;
  const isOpen = status && !status.complete && !status.error;
  if (!isOpen || answer.body.result !== null) tile.node.show(answer.body);
  else tile.node.show({ result: null, query_status: status });
  return isOpen ? answer.body : null;
}

function progress(done, all) {
  const share = all ? done / all : 1;
  fill(
    byId("progress"),
    h("span", { class: "bar-of", role: "progressbar", "aria-label": "Tiles refreshed", "aria-valuemin": "0", "aria-valuemax": String(all), "aria-valuenow": String(done) }, h("span", { vars: { share } })),
    h("span", { class: "small" }, `${done} of ${all} tiles`),
  );
}

async function refresh(mode) {
  const tiles = board.tiles.filter((tile) => tile.insight);
  const queue = [...tiles];
  let done = 0;
  waiting = new Map();
  progress(0, tiles.length);
  const finished = () => {
    done += 1;
    progress(done, tiles.length);
  };
  whenDone = finished;
  const work = async () => {
    for (let tile = queue.shift(); tile; tile = queue.shift()) {
      const open = await ask(tile, mode);
      if (open) await wait(tile);
      else finished();
    }
  };
  await Promise.all(Array.from({ length: mode.includes("async") ? tiles.length : AT_ONCE }, work));
}

/** Remember the job that a tile waits for. */
async function wait(tile) {
  const forecast = await get(`projects/${start.projectId}/insights/${tile.insight.id}/forecast`);
  if (forecast.job_id) {
    waiting.set(tile, forecast.job_id);
    // what was heard while the forecast was on its way
    await settle();
  } else {
    await ask(tile, "force_cache");
    whenDone();
  }
}

/** Show the results of the jobs that have ended. */
async function settle() {
  for (const [tile, jobId] of [...waiting]) {
    const job = jobs.find((each) => each.id === jobId);
    const isUnheardOf = !job && jobs.every((each) => each.id < jobId);
    if (isUnheardOf || job?.state === "queued" || job?.state === "running" || !waiting.delete(tile)) continue;
    await ask(tile, "force_cache");
    whenDone();
  }
}

on("jobs", (all) => {
  jobs = all;
  settle();
});

/** Show the dashboard. */
export async function show() {
  const answer = await read(start.projectId, "dashboards_retrieve", { id: String(id) });
  if (answer.status !== 200) return fill(byId("page"), h("p", { class: "note bad" }, answer.body?.detail ?? "There is no such dashboard."));
  board = answer.body;
  byId("title").textContent = board.name || "Untitled";
  byId("purpose").textContent = board.description || `Dashboard ${board.id}`;
  document.title = `${board.name || "Dashboard"} · PostHog mock`;
  fill(
    byId("title-tools"),
    h("span", { id: "progress", class: "row" }),
    actButton("Refresh in the background", () => refresh("force_async")),
    actButton("Refresh now", () => refresh("force_blocking"), { class: "primary" }),
  );
  const nodes = placed(board.tiles).map(tileOf);
  fill(byId("page"), nodes.length ? h("div", { class: "layout" }, nodes) : h("p", { class: "empty" }, "There is nothing on this dashboard."));
  for (const tile of board.tiles) if (tile.insight) tile.node.show(tile.insight);
  if (board.tiles.some((tile) => tile.insight && tile.insight.result === null)) await refresh("blocking");
  return null;
}

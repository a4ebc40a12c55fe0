// The first page: conformance, counts and requests, kept up to date.
import { get } from "../lib/api.js";
import { byId, fill, h, mark } from "../lib/dom.js";
import { counted, moment, number } from "../lib/format.js";
import { on } from "../lib/live.js";
import { start } from "../lib/shell.js";
import { requestTable } from "./request-table.js";

const MOST = 12;
let entries = [];

async function conformance() {
  const found = await get("conformance", { project_id: start.projectId });
  fill(byId("conformance-mark"), found.conforms ? mark("conforms", "good") : mark(counted(found.breaches.length, "breach", "breaches"), "bad"));
  const lines = Object.entries(found.operations).map(([name, count]) => h("li", { class: "row spread small" }, h("code", {}, name), h("span", {}, number(count))));
  fill(
    byId("conformance"),
    h("p", {}, `${number(found.checked)} answers held against the contract, ${found.conforms ? "none breaks it" : `${number(found.breaches.length)} places break it`}.`),
    found.breaches.slice(0, 10).map((breach) => h("p", { class: "note bad" }, `${breach.operation_id} ${breach.object ?? ""} ${breach.pointer}: ${breach.message}`)),
    h("details", {}, h("summary", {}, "By operation"), h("ul", { class: "list" }, lines)),
  );
}

function show() {
  if (entries.length) fill(byId("requests"), requestTable(entries));
}

async function held() {
  const found = await get(`projects/${start.projectId}/events`);
  byId("events").textContent = number(found.events);
  byId("persons").textContent = number(found.persons);
  byId("span").textContent = found.first ? `${moment(found.first).slice(0, 10)} to ${moment(found.last).slice(0, 10)}` : "none yet";
}

async function counts() {
  const project = await get(`projects/${start.projectId}`);
  for (const cell of document.querySelectorAll("[data-count]")) {
    const count = project.counts[cell.dataset.count];
    if (count !== undefined) cell.textContent = number(count);
  }
}

let waiting = null;
on("state", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => Promise.all([counts(), held()]), 200);
});
on("request", (entry) => {
  entries = [entry, ...entries.filter((one) => one.id !== entry.id)].slice(0, MOST);
  show();
});
entries = await get("requests", { project_id: start.projectId, limit: MOST });
show();
await conformance();
await held();

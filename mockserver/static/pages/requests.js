// The journal: filters, what was sent and answered, why it failed, and how it would work.
import { get, remove } from "../lib/api.js";
import { byId, choice, copyable, field, fill, h, jsonBox, mark } from "../lib/dom.js";
import { counted, moment, size, took } from "../lib/format.js";
import { on } from "../lib/live.js";
import { actButton, address, say, start } from "../lib/shell.js";
import { replayForm } from "./replay.js";
import { requestTable, sentPath, statusMark } from "./request-table.js";

const MOST = 200;
const OUTCOMES = {
  "": ["any", () => true],
  worked: ["worked", (entry) => entry.status !== null && entry.status < 400],
  failed: ["failed", (entry) => entry.status === null || entry.status >= 400],
  refused: ["refused, 4xx", (entry) => entry.status >= 400 && entry.status < 500],
  throttled: ["throttled, 429", (entry) => entry.status === 429],
  broke: ["the server's fault, 5xx", (entry) => entry.status >= 500],
  cut: ["connection broken", (entry) => entry.status === null],
  fault: ["by a fault rule", (entry) => entry.faults.length > 0],
};
const asked = { operation_id: "", outcome: "", method: "", text: "" };
let entries = [];
let chosen = null;

function fits(entry) {
  if (asked.operation_id && entry.operation_id !== asked.operation_id) return false;
  if (asked.method && entry.method !== asked.method) return false;
  if (!OUTCOMES[asked.outcome][1](entry)) return false;
  return !asked.text || sentPath(entry).toLowerCase().includes(asked.text.toLowerCase());
}

function show() {
  const found = entries.filter(fits);
  fill(byId("entries"), found.length ? requestTable(found, choose, chosen?.id) : h("p", { class: "empty" }, entries.length ? "No request fits." : "No request has come yet."), h("p", { class: "muted small" }, found.length < entries.length ? `${found.length} of ${counted(entries.length, "request")}` : ""));
}

async function choose(entry) {
  chosen = entry;
  history.replaceState(null, "", `#${entry.id}`);
  show();
  fill(
    byId("detail"),
    h("header", {}, h("h2", {}, `Request ${entry.id}`), statusMark(entry.status)),
    h("p", {}, h("code", {}, `${entry.method} ${sentPath(entry)}`), entry.operation_id ? [" is ", h("code", {}, entry.operation_id)] : " is no operation of the contract"),
    h("p", { class: "muted small" }, `${moment(entry.at)} · ${took(entry.duration_ms)} · ${entry.request_id}`),
    h("div", { id: "why", class: "stack" }),
    h("details", { id: "replay" }, h("summary", {}, "Replay"), replayForm(entry)),
    h("section", { class: "tight" }, h("h3", {}, "What was sent"), entry.body === null ? h("p", { class: "muted small" }, "No body.") : jsonBox(entry.body, "Request body"), headers(entry.headers, "Its headers")),
    h("section", { class: "tight", id: "answer" }),
  );
  showAnswer(entry);
  if (entry.status === null || entry.status >= 400) await explain(entry);
}

const headers = (all, title) => h("details", {}, h("summary", {}, title), jsonBox(all, title));

/** The answer, where it is still kept; a body that may hold what nobody should read is not. */
async function showAnswer(entry) {
  const answer = await get(`requests/${entry.id}/response`).catch(() => null);
  if (chosen !== entry) return;
  const body = answer?.body ?? entry.error;
  const none = entry.status === null ? "The connection was broken before the answer ended." : answer ? (answer.size ? "Its body is not shown." : "No body.") : "The answer is not kept any more.";
  fill(
    byId("answer"),
    h("h3", {}, "What was answered"),
    body === null ? h("p", { class: "muted small" }, none) : typeof body === "string" ? h("pre", { class: "code", tabindex: "0", role: "group", "aria-label": "Answer" }, body) : jsonBox(body, "Answer"),
    answer ? h("p", { class: "muted small" }, `${answer.headers["content-type"] ?? "no type"}, ${size(answer.size)}`) : null,
    answer ? headers(answer.headers, "Its headers ") : null,
  );
}

async function explain(entry) {
  const [advice, told] = await Promise.all([
    get(`requests/${entry.id}/advice`),
    get(`explain/${encodeURIComponent(entry.request_id)}`).catch(() => null),
  ]);
  if (chosen !== entry) return;
  const near = advice.nearest_operation;
  fill(
    byId("why"),
    h("h3", {}, "Why it failed"),
    entry.faults.length ? h("p", { class: "note warn" }, `Fault rule ${entry.faults.join(", ")} did it, on purpose. `, h("a", { href: address("faults") }, "Faults")) : null,
    told ? h("p", {}, told.summary) : h("p", {}, entry.error?.detail ?? "The connection was broken."),
    told ? checks(told.checks) : null,
    advice.violations.map(violation),
    near ? h("p", {}, "The nearest operation is ", h("code", {}, `${near.method} ${near.path}`), ` (${near.operation_id}).`) : null,
    advice.contract ? h("p", { class: "muted small" }, "In the contract: ", place(advice.contract)) : null,
    advice.nearest_objects.length ? h("p", {}, "Nearest objects: ", advice.nearest_objects.map((each, at) => [at ? ", " : "", h("a", { href: address(`${each.kind}s`, each.id) }, `${each.id} ${each.name ?? "untitled"}`)])) : null,
    advice.curl ? [h("h3", {}, "This would work"), copyable(advice.curl, "pre")] : null,
  );
}

function violation(one) {
  return h("p", { class: "note bad" }, h("code", {}, one.pointer || "/"), `: ${one.message} `, h("span", { class: "small" }, "(", place(one.contract), ")"));
}

const place = (where) => h("code", { title: where.pointer }, `${where.file}${where.line ? `:${where.line}` : ""}`);

function checks(all) {
  return h("ul", { class: "list small" }, all.map((each) => h("li", { class: "row" }, mark(each.passed === null ? "not reached" : each.passed ? "passed" : "ended here", each.passed === null ? "" : each.passed ? "good" : "bad"), h("strong", {}, each.check), h("span", { class: "muted" }, each.note))));
}

async function lint() {
  const habits = await get("requests/lint", { project_id: start.projectId });
  fill(
    byId("lint"),
    habits.length
      ? habits.map((habit) => h("div", { class: "note warn" }, h("strong", {}, habit.message), h("p", {}, habit.advice), h("p", { class: "muted small" }, `${counted(habit.count, "time")}, as in ${habit.examples.length === 1 ? "request" : "requests"} ${habit.examples.join(", ")}`)))
      : h("p", { class: "muted" }, "Nothing to complain of: no hasty polling, no forced calculation of whole pages, no retry before its time, no list fetched one by one."),
  );
}

fill(
  byId("page"),
  h(
    "div",
    { class: "grid even" },
    h(
      "div",
      { class: "stack" },
      h(
        "section",
        { class: "panel", "aria-labelledby": "journal" },
        h("header", {}, h("h2", { id: "journal" }, "Journal"), actButton("Empty it", async () => {
          await remove("requests", { project_id: start.projectId });
          await load();
        }, { class: "small" })),
        h(
          "div",
          { class: "fields snug" },
          field("Path contains", h("input", { type: "search", oninput: (event) => again({ text: event.target.value }) })),
          field("Outcome", choice(Object.entries(OUTCOMES).map(([name, [words]]) => [name, words]), { onchange: (event) => again({ outcome: event.target.value }) })),
          field("Method", choice([["", "any"], "GET", "POST", "PATCH", "PUT", "DELETE"], { onchange: (event) => again({ method: event.target.value }) })),
          h("div", { id: "operation-field" }),
        ),
        h("div", { id: "entries" }),
      ),
      h("section", { class: "panel", "aria-labelledby": "habits" }, h("h2", { id: "habits" }, "Habits of the client"), h("div", { id: "lint", class: "stack" })),
    ),
    h("section", { class: "panel", id: "detail", "aria-live": "polite" }, h("h2", {}, "One request"), h("p", { class: "muted" }, "Choose a request to see what was sent, what was answered and why.")),
  ),
);

function again(changes) {
  Object.assign(asked, changes);
  show();
}

async function load() {
  entries = await get("requests", { project_id: start.projectId, limit: MOST });
  const operations = [...new Set(entries.map((entry) => entry.operation_id).filter(Boolean))].toSorted();
  fill(byId("operation-field"), field("Operation", choice([["", "any"], ...operations], { value: asked.operation_id, onchange: (event) => again({ operation_id: event.target.value }) })));
  show();
}

await load();
await lint();
const wanted = entries.find((entry) => `#${entry.id}` === location.hash);
if (wanted) await choose(wanted);
else if (location.hash) say("That request is no longer in the journal.");
let waiting = null;
on("request", (entry) => {
  entries = [entry, ...entries.filter((one) => one.id !== entry.id)].slice(0, MOST);
  show();
  clearTimeout(waiting);
  waiting = setTimeout(lint, 500);
});

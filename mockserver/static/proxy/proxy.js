// The proxy's page: counts and violations, kept up to date.
import { byId, fill, h, head, mark, scroller } from "../lib/dom.js";

const TONES = { error: "bad", warning: "warn", note: "" };
let shown = "";
let asking = false;
let looking = false;

function words(name) {
  return name.replaceAll("_", " ");
}

function numbers(counts) {
  const { calls, violations, waiting } = counts;
  const cells = { ...calls, waiting, ...violations };
  fill(
    byId("tally"),
    Object.entries(cells).map(([name, number]) => h("div", {}, h("dt", {}, words(name)), h("dd", {}, number.toLocaleString("en")))),
  );
}

function aside(counts) {
  const lines = [
    ...Object.entries(counts.failures).map(([name, number]) => `${number} failed: ${words(name)}`),
    ...Object.entries(counts.unchecked).map(([reason, number]) => `${number} not looked at: ${reason}`),
  ];
  fill(byId("aside"), lines.map((line) => h("p", { class: "note warn" }, line)));
}

function operations(counts) {
  const rows = Object.entries(counts.operations);
  if (!rows.length) return;
  const columns = ["calls", "errors", "warnings", "notes"];
  fill(
    byId("operations"),
    scroller(
      "Counts by operation",
      h(
        "table",
        {},
        head("Operation", ...columns.map((name) => [name[0].toUpperCase() + name.slice(1)])),
        h("tbody", {}, rows.map(([name, one]) => h("tr", {}, h("th", { scope: "row" }, name), columns.map((column) => h("td", { class: "number" }, String(one[column])))))),
      ),
    ),
  );
}

function violation(one) {
  const facts = [
    h("code", {}, `${one.method} ${one.path}`),
    one.status ? `answered ${one.status}` : null,
    `${one.times} ${one.times === 1 ? "call" : "calls"}`,
    one.contract_line ? h("code", {}, `openapi.yaml:${one.contract_line}`) : null,
  ].filter(Boolean);
  return h(
    "li",
    {},
    mark(one.severity, TONES[one.severity]),
    h(
      "div",
      { class: "tight" },
      h("p", {}, h("strong", {}, one.operation_id ?? "no operation"), " ", one.message),
      h("p", { class: "muted small" }, facts.flatMap((fact, place) => (place ? [" · ", fact] : [fact]))),
    ),
  );
}

async function violations(counts) {
  const now = JSON.stringify(counts.violations);
  if (now === shown || asking) return;
  asking = true;
  const answer = await fetch("/_mock/proxy/violations?limit=200");
  asking = false;
  if (!answer.ok) return;
  shown = now;
  const found = await answer.json();
  if (found.length) fill(byId("violations"), h("ul", { class: "findings" }, found.map(violation)));
}

function recorded(one, words) {
  const { insights, dashboards, results } = one;
  byId("recording").hidden = false;
  fill(
    byId("entities"),
    Object.entries({ insights, dashboards, results }).map(([name, number]) => h("div", {}, h("dt", {}, name), h("dd", {}, number.toLocaleString("en")))),
  );
  const lines = [words ?? `Goes to ${one.file} when the proxy ends.`, one.unread ? `${one.unread} answers could not be read.` : "", ...one.left_out.map((text) => `Left out: ${text}.`)];
  byId("file").textContent = lines.filter(Boolean).join(" ");
}

async function recording() {
  if (looking) return;
  looking = true;
  const answer = await fetch("/_mock/proxy/recording");
  looking = false;
  if (answer.ok) recorded(await answer.json());
}

async function write() {
  byId("write").disabled = true;
  const answer = await fetch("/_mock/proxy/recording", { method: "POST" });
  byId("write").disabled = false;
  const told = await answer.json();
  if (answer.ok) recorded(told, `Written to ${told.file}.`);
  else byId("file").textContent = told.detail;
}

function show(counts) {
  byId("upstream").textContent = counts.upstream;
  const modes = [counts.read_only && "read-only", counts.enforce && "enforcing", counts.recording && `records ${counts.recording}`];
  fill(byId("mode"), modes.filter(Boolean).map((text) => mark(text)));
  numbers(counts);
  aside(counts);
  operations(counts);
  violations(counts);
  if (counts.recording) recording();
}

byId("write").addEventListener("click", write);

const source = new EventSource("/_mock/proxy/events");
source.addEventListener("counts", (event) => show(JSON.parse(event.data)));
source.addEventListener("open", () => fill(byId("link"), mark("live", "good")));
source.addEventListener("error", () => fill(byId("link"), mark("not connected", "bad")));
addEventListener("pagehide", () => source.close());

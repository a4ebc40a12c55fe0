// The fake's time: frozen, set, scrubbed, moved ahead, at another rate; and what changed by it.
import { get, post, put, remove } from "../lib/api.js";
import { byId, choice, field, fill, h, head, mark, scroller, stacking, write } from "../lib/dom.js";
import { counted, moment, number } from "../lib/format.js";
import { on } from "../lib/live.js";
import { act, actButton, address, start } from "../lib/shell.js";

const STEPS = [["1 s", 1], ["30 s", 30], ["5 min", 300], ["1 h", 3_600], ["6 h", 21_600], ["12 h", 43_200], ["1 day", 86_400], ["7 days", 604_800]];
const RATES = [["1 ×", 1], ["10 ×", 10], ["60 ×", 60], ["3,600 ×", 3_600]];
const SCRUB_HOURS = 48;
const MOST_ROWS = 200;
let own = "project";
let clock = null;
let scrubFrom = null;

const path = () => (own === "project" ? `projects/${start.projectId}/clock` : "clock");

// what the server last answered or told, whichever came last
const now = () => Date.parse(clock.now) + (clock.frozen ? 0 : (performance.now() - clock.heard) * clock.rate);

function face() {
  if (clock) write(byId("face"), moment(new Date(now()).toISOString()));
}

function show(next) {
  clock = { ...next, heard: performance.now() };
  fill(byId("state"), clock.frozen ? mark("frozen", "accent") : mark(clock.rate === 1 ? "running" : `running at ${number(clock.rate)} ×`, "good"));
  byId("freeze").textContent = clock.frozen ? "Let it run" : "Freeze";
  byId("rate").value = String(clock.rate);
  if (document.activeElement !== byId("set")) byId("set").value = clock.now.slice(0, 19);
  face();
}

async function advance(seconds) {
  const answer = await post(`${path()}/advance`, { seconds });
  show(answer);
  changes(answer.changed, `Moved ahead by ${label(seconds)}.`);
}

const label = (seconds) => STEPS.find(([, size]) => size === seconds)?.[0] ?? `${Math.round(seconds)} s`;

function changes(changed, title) {
  fill(byId("changed-words"), `${title} ${changed.length ? `${counted(changed.length, "thing")} changed by it.` : "Nothing changed by it."}`);
  fill(byId("changed"), changed.length ? table(changed) : null);
}

function whatOf(one) {
  const ids = one.insight_ids?.length ? one.insight_ids : one.insight_id ? [one.insight_id] : [];
  if (ids.length) return ids.map((id) => h("a", { href: address("insights", id) }, `insight ${id}`));
  return one.key ? h("code", {}, one.key) : "";
}

function table(changed) {
  const rows = changed.slice(0, MOST_ROWS).map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, one.kind.replace("_", " "), " ", String(one.id)),
      h("td", {}, h("span", { class: "row" }, mark(one.from), "→", mark(one.to, "accent"))),
      h("td", {}, h("span", { class: "row" }, whatOf(one))),
    ),
  );
  const rest = changed.length - rows.length;
  return [scroller("What changed", stacking(h("table", {}, head("What", "From and to", "Of"), h("tbody", {}, rows)))), rest > 0 ? h("p", { class: "muted small" }, `And ${number(rest)} more.`) : null];
}

async function set(changesAsked, title) {
  show(await put(path(), changesAsked));
  fill(byId("changed-words"), title);
  fill(byId("changed"));
}

async function scrub(hours) {
  const base = scrubFrom ?? now();
  const difference = (base + hours * 3_600_000 - now()) / 1000;
  scrubFrom = base;
  if (difference >= 0) return advance(difference);
  return set({ now: new Date(base + hours * 3_600_000).toISOString() }, "Set back. No job grows younger by that.");
}

const slider = h("input", { type: "range", min: String(-SCRUB_HOURS), max: String(SCRUB_HOURS), step: "1", value: "0", id: "scrub", "aria-describedby": "scrub-words" });
const words = () => `${Number(slider.value) > 0 ? "+ " : Number(slider.value) < 0 ? "− " : ""}${Math.abs(slider.value)} h`;
slider.addEventListener("input", () => {
  scrubFrom ??= now();
  byId("scrub-words").textContent = words();
});
// the slider may be moved on while the server answers
async function follow() {
  let hours = null;
  while (hours !== Number(slider.value)) {
    hours = Number(slider.value);
    await scrub(hours);
  }
}
slider.addEventListener("change", () => act(slider, follow));

const whose = choice([["project", "this project"], ["server", "the server, for all that follow it"]], {
  onchange: async (event) => {
    own = event.target.value;
    byId("follow").textContent = own === "project" ? "Follow the server" : "Back to the start's";
    show(await get(path()));
  },
});

const setForm = h(
  "form",
  {
    class: "row end",
    onsubmit: (event) => {
      event.preventDefault();
      const text = byId("set").value;
      act(event.submitter, () => set({ now: `${text.length === 16 ? `${text}:00` : text}Z` }, "Set."));
    },
  },
  field("Set to (UTC)", h("input", { type: "datetime-local", step: "1", id: "set", required: true })),
  h("button", { type: "submit" }, "Set"),
);
const rateForm = h(
  "form",
  {
    class: "row end",
    onsubmit: (event) => {
      event.preventDefault();
      act(event.submitter, () => set({ rate: Number(byId("rate").value) }, "The rate has changed."));
    },
  },
  field("Seconds per real second", h("input", { type: "number", id: "rate", min: "0.001", step: "any", required: true })),
  h("button", { type: "submit" }, "Change rate"),
);

fill(
  byId("page"),
  h(
    "div",
    { class: "grid two even-heights" },
    h(
      "section",
      { class: "panel", "aria-labelledby": "now-title" },
      h("header", {}, h("h2", { id: "now-title" }, "Now, in UTC"), h("span", { id: "state" })),
      h("p", { class: "clock-face", id: "face" }, "…"),
      h(
        "div",
        { class: "row end" },
        actButton("Freeze", () => set({ frozen: !clock.frozen }, clock.frozen ? "It runs again." : "It stands still."), { id: "freeze", class: "primary" }),
        actButton("Follow the server", async () => show(await remove(path())), { id: "follow" }),
      ),
      field("Whose clock", whose),
      h("p", { class: "muted small" }, "A project follows the server's clock until it is given one of its own."),
    ),
    h(
      "section",
      { class: "panel", "aria-labelledby": "move-title" },
      h("h2", { id: "move-title" }, "Move ahead"),
      h("div", { class: "row" }, STEPS.map(([text, seconds]) => actButton(`+ ${text}`, () => advance(seconds), { data: { advance: seconds } }))),
      h("div", { class: "field" }, h("label", { for: "scrub" }, "Scrub, two days either way from where it began"), slider, h("span", { class: "row spread muted small" }, h("span", {}, "− 2 days"), h("span", { id: "scrub-words" }, words()), h("span", {}, "+ 2 days"))),
    ),
    h("section", { class: "panel", "aria-labelledby": "set-title" }, h("h2", { id: "set-title" }, "Set"), setForm),
    h(
      "section",
      { class: "panel", "aria-labelledby": "rate-title" },
      h("h2", { id: "rate-title" }, "Rate"),
      h("div", { class: "row end" }, rateForm, h("span", { class: "row" }, RATES.map(([text, rate]) => actButton(text, () => set({ rate }, `It runs at ${text} real time.`), { "aria-label": `Run at ${text} real time` })))),
    ),
  ),
  h("section", { class: "panel", "aria-labelledby": "changed-title" }, h("h2", { id: "changed-title" }, "What changed"), h("p", { class: "muted", id: "changed-words", role: "status" }, "Jobs that move on, results that grow stale, sessions and links that expire are named here when the clock is moved."), h("div", { id: "changed" })),
);
show(await get(path()));
on("clock", (data) => {
  if (own === "project") show(data);
});
setInterval(face, 250);

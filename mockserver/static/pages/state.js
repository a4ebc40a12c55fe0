// The whole state: snapshots and their differences, reset, export, import, keys and scopes.
import { get, mock, post, put, remove } from "../lib/api.js";
import { byId, choice, copyable, field, fill, h, head, mark, scroller, stacking } from "../lib/dom.js";
import { moment, number } from "../lib/format.js";
import { act, actButton, say, start } from "../lib/shell.js";
import { diffTree } from "./diff-tree.js";
import { scopesOf, showScopes } from "./scopes.js";

let snapshots = [];

async function load() {
  snapshots = await get("snapshots");
  const rows = snapshots.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, one.name),
      h("td", { class: "nowrap" }, moment(one.created_at)),
      h("td", { class: "number" }, number(one.counts.insights)),
      h(
        "td",
        {},
        h(
          "span",
          { class: "row" },
          actButton("Restore", () => restore(one.name), { class: "small", "aria-label": `Restore ${one.name}` }),
          actButton("Export", () => save(one.name), { class: "small", "aria-label": `Export ${one.name}` }),
          actButton("Forget", () => remove(`snapshots/${one.name}`).then(load), { class: "small danger", "aria-label": `Forget ${one.name}` }),
        ),
      ),
    ),
  );
  const table = h("table", {}, head("Name", "Taken", ["Insights"], "What to do"), h("tbody", {}, rows));
  fill(byId("snapshots"), snapshots.length ? scroller("Snapshots", stacking(table)) : h("p", { class: "empty" }, "No snapshot has been taken."));
  const names = ["current", ...snapshots.map((one) => one.name)];
  fill(byId("from"), names.slice(1).map((name) => h("option", { value: name }, name)), h("option", { value: "current" }, "current"));
  fill(byId("to"), names.map((name) => h("option", { value: name }, name)));
}

async function restore(name) {
  await post(`snapshots/${encodeURIComponent(name)}/restore`);
  say(`The state is that of ${name} again.`);
}

async function save(name) {
  const whole = await get(`snapshots/${encodeURIComponent(name)}`);
  const address = URL.createObjectURL(new Blob([JSON.stringify(whole, null, 2)], { type: "application/json" }));
  const link = h("a", { href: address, download: `${name}.json` });
  link.click();
  URL.revokeObjectURL(address);
}

async function take(event) {
  event.preventDefault();
  await act(event.submitter, async () => {
    await post("snapshots", { name: byId("name").value, replace: byId("replace").checked });
    await load();
  });
}

async function importFile(event) {
  const file = event.target.files[0];
  if (!file) return;
  await act(event.target, async () => {
    const name = file.name.replace(/\.json$/, "").replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 100) || "imported";
    await put(`snapshots/${encodeURIComponent(name)}`, JSON.parse(await file.text()));
    say(`${name} can be restored now.`);
    await load();
  });
  event.target.value = "";
}

async function compare(event) {
  event.preventDefault();
  await act(event.submitter, async () => {
    const [from, to] = [byId("from").value, byId("to").value];
    const found = await get(`snapshots/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`);
    fill(byId("diff"), diffTree(found));
  });
}

async function reset(event) {
  event.preventDefault();
  await act(event.submitter, async () => {
    const body = {};
    if (byId("fixture").value) body.fixture = byId("fixture").value;
    if (byId("seed").value) body.seed = byId("seed").value;
    await mock("POST", "reset", body);
    // projects may be others now, and the first is shown
    location.href = "/_mock/ui/state";
  });
}

async function makeKey(event, scopes) {
  event.preventDefault();
  await act(event.submitter, async () => {
    const chosen = scopes.filter((scope) => byId(`scope-${scope}`).checked);
    const body = { scopes: chosen.length ? chosen : ["*"], label: byId("label").value || "Made in the console" };
    if (byId("only").checked) body.scoped_teams = [start.projectId];
    const made = await post(`projects/${start.projectId}/keys`, body);
    fill(byId("made"), h("p", { class: "note" }, "This is the only time its value can be read. Scopes: ", made.scopes.map((scope) => [mark(scope, "accent"), " "])), copyable(made.value));
  });
}

const text = (id, label, properties = {}) => field(label, h("input", { id, ...properties }));

fill(
  byId("page"),
  h(
    "div",
    { class: "grid wide" },
    h(
      "section",
      { class: "panel", "aria-labelledby": "snap-title" },
      h("h2", { id: "snap-title" }, "Snapshots"),
      h("form", { class: "row end", onsubmit: take }, text("name", "Name", { required: true, pattern: "[A-Za-z0-9._\\-]+", placeholder: "before-the-test", title: "Letters, digits, dots, dashes and underscores" }), h("label", { class: "check beside" }, h("input", { type: "checkbox", id: "replace" }), "replace an older one"), h("button", { type: "submit", class: "primary" }, "Take one"), actButton("Export the present state", () => save("current"))),
      h("div", { id: "snapshots" }),
      field("Import one (JSON)", h("input", { type: "file", id: "import", accept: "application/json", onchange: importFile })),
    ),
    h(
      "section",
      { class: "panel", "aria-labelledby": "reset-title" },
      h("h2", { id: "reset-title" }, "Reset"),
      h("p", { class: "muted small" }, "Back to how the server started, or to another fixture or seed. Snapshots stay."),
      h("form", { class: "fields", onsubmit: reset }, text("fixture", "Fixture", { placeholder: "as at the start", list: "fixtures" }), h("datalist", { id: "fixtures" }, start.fixtures.map((name) => h("option", { value: name }))), text("seed", "Seed", { placeholder: "as at the start" }), h("div", { class: "row" }, h("button", { type: "submit", class: "danger" }, "Reset the server"), actButton("Reset this project", async () => {
        await post(`projects/${start.projectId}/reset`);
        say("The project is as it began.");
      }, { class: "danger" }))),
    ),
  ),
  h("section", { class: "panel", "aria-labelledby": "diff-title" }, h("h2", { id: "diff-title" }, "What differs"), h("form", { class: "row end", onsubmit: compare }, field("From", choice([], { id: "from" })), field("To", choice([], { id: "to" })), h("button", { type: "submit" }, "Compare")), h("div", { id: "diff", class: "tree", "aria-live": "polite" })),
  h("section", { class: "panel", id: "keys", "aria-labelledby": "keys-title" }, h("h2", { id: "keys-title" }, "Make a personal API key"), h("div", { id: "key-form" })),
  h("section", { class: "panel", "aria-labelledby": "scopes-title" }, h("header", {}, h("h2", { id: "scopes-title" }, "What each operation asks for"), h("span", { class: "muted small" }, "As the contract has it")), h("div", { id: "scopes", class: "stack" })),
);
await load();
const operations = await get("operations");
const scopes = scopesOf(operations);
fill(
  byId("key-form"),
  h(
    "form",
    { class: "stack", onsubmit: (event) => makeKey(event, scopes) },
    h("fieldset", {}, h("legend", { class: "small" }, "Scopes; none is all"), h("div", { class: "fields scopes" }, scopes.map((scope) => h("label", { class: "check" }, h("input", { type: "checkbox", id: `scope-${scope}` }), scope)))),
    h("div", { class: "row end" }, text("label", "Label", { maxlength: "40" }), h("label", { class: "check beside" }, h("input", { type: "checkbox", id: "only", checked: true }), "for this project alone"), h("button", { type: "submit", class: "primary" }, "Make a key")),
    h("div", { id: "made", class: "stack", "aria-live": "polite" }),
  ),
);
showScopes(byId("scopes"), operations);
if (location.hash === "#keys") byId("keys").scrollIntoView();

// Send a request of the journal once more, as a client would: it meets faults and is recorded.
import { fill, field, h, jsonBox } from "../lib/dom.js";
import { act } from "../lib/shell.js";
import { usableKey } from "./keys.js";
import { sentPath, statusMark } from "./request-table.js";

/** The form: path and body may be changed first. */
export function replayForm(entry) {
  const path = h("input", { value: sentPath(entry) });
  const body = entry.method === "GET" ? null : h("textarea", { rows: "6", value: entry.body === null ? "" : JSON.stringify(entry.body, null, 2) });
  const answer = h("div", { class: "stack", "aria-live": "polite" });
  const send = async () => {
    const key = await usableKey();
    const headers = { Authorization: `Bearer ${key}`, "X-Mock-Explain": "1" };
    if (body?.value) headers["Content-Type"] = "application/json";
    const started = performance.now();
    try {
      const got = await fetch(path.value, { method: entry.method, headers, body: body?.value || undefined });
      const text = await got.text();
      fill(answer, h("p", { class: "row" }, statusMark(got.status), `${Math.round(performance.now() - started)} ms`), jsonBox(parsed(text), "Answer"));
    } catch (error) {
      fill(answer, h("p", { class: "note bad" }, `The connection broke: ${error.message}`));
    }
  };
  return h(
    "form",
    {
      class: "stack",
      onsubmit: (event) => {
        event.preventDefault();
        act(event.submitter, send);
      },
    },
    field(`${entry.method} with a key of scope *`, path),
    body ? field("Body; what was redacted must be filled in", body) : null,
    h("div", {}, h("button", { type: "submit" }, "Send again")),
    answer,
  );
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 2000);
  }
}

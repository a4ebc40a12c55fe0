// What every page of the console has: the project picker, the clock, the theme, copying, messages.
import { byId, embedded, fill, h, write } from "./dom.js";
import { moment } from "./format.js";
import { listen, on } from "./live.js";

export const start = embedded("start");
let clock = null;

/** Where a page of the console is, for the project that is shown. */
export function address(page, objectId) {
  const path = objectId === undefined ? `/_mock/ui/${page}` : `/_mock/ui/${page}/${objectId}`;
  return `${path}?project_id=${start.projectId}`;
}

/** Tell the user something, for a moment and for screen readers. */
export function say(text) {
  const line = h("p", {}, text);
  byId("messages").append(line);
  setTimeout(() => line.remove(), 6000);
}

/**
 * Run something for a button: no second press meanwhile, and a refusal is said.
 * The button is not disabled by attribute, which would take the keyboard away from it.
 */
export async function act(button, action) {
  if (button.getAttribute("aria-disabled") === "true") return undefined;
  button.setAttribute("aria-disabled", "true");
  try {
    return await action();
  } catch (error) {
    say(error.message);
    return undefined;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** A button that acts. */
export function actButton(text, action, properties = {}) {
  const button = h("button", { type: "button", ...properties, onclick: () => act(button, () => action(button)) }, text);
  return button;
}

/** The fake's time now, as far as this page knows: a number of milliseconds. */
export function mockNow() {
  if (!clock) return null;
  return clock.frozen ? clock.at : clock.at + (performance.now() - clock.heard) * clock.rate;
}

/** Whether that time stands still. */
export const isFrozen = () => clock?.frozen ?? false;

function showClock() {
  const now = mockNow();
  if (now === null) return;
  write(byId("moment-text"), moment(new Date(now).toISOString()));
  write(byId("moment-state"), clock.frozen ? "frozen" : clock.rate === 1 ? "running" : `× ${clock.rate}`);
}

function chooseTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", next);
  } catch {
    document.documentElement.dataset.fixedTheme = next;
  }
  document.dispatchEvent(new Event("choosetheme"));
}

function nameTheme() {
  byId("theme-name").textContent = document.documentElement.dataset.theme === "dark" ? "Light theme" : "Dark theme";
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say("Copied.");
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling ?? button);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    say("Selected; press Ctrl+C to copy.");
  }
}

byId("project").addEventListener("change", (event) => {
  location.href = `/_mock/ui/${start.page}?project_id=${event.target.value}`;
});
byId("theme").addEventListener("click", chooseTheme);
document.addEventListener("themechange", nameTheme);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
nameTheme();
on("clock", (data) => {
  clock = { at: Date.parse(data.now), heard: performance.now(), frozen: data.frozen, rate: data.rate };
  showClock();
});
setInterval(showClock, 250);
listen(
  start.projectId,
  () => fill(byId("link"), h("span", { class: "mark good" }, "live")),
  () => fill(byId("link"), h("span", { class: "mark bad" }, "no connection")),
);

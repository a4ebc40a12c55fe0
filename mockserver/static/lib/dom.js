// Elements without a framework. Everything that comes from data goes in as text, never as markup.

/** An element: properties that begin with `on` are listeners, `data` and `vars` are maps, the rest attributes. */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "vars") for (const [key, each] of Object.entries(value)) node.style.setProperty(`--${key}`, each);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** Put these children in the place of all that an element has; the keyboard stays where it was. */
export function fill(node, ...children) {
  const held = heldFocus(node);
  node.replaceChildren();
  add(node, children);
  held?.();
  return node;
}

const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
const nameOf = (element) => element.dataset.key || element.id || element.getAttribute("aria-label") || element.textContent;

/** What puts the keyboard back after an element was filled anew: on its namesake, or on what stands in its place. */
function heldFocus(node) {
  const active = document.activeElement;
  if (!active || active === node || active === document.body || !node.contains(active)) return null;
  const name = nameOf(active);
  const place = [...node.querySelectorAll(REACHABLE)].indexOf(active);
  return () => {
    const now = [...node.querySelectorAll(REACHABLE)];
    const next = now.find((element) => element.tagName === active.tagName && nameOf(element) === name) ?? now[Math.min(place, now.length - 1)];
    (next ?? document.getElementById("main"))?.focus({ preventScroll: true });
  };
}

/** The element of an id, which must be there. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Put a text into an element that has another. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The JSON in a script element of the page. */
export function embedded(id) {
  return JSON.parse(byId(id).textContent);
}

/** A label and its control, one above the other. */
export function field(label, control, extra = "") {
  control.id ||= `field-${Math.random().toString(36).slice(2, 9)}`;
  return h("div", { class: `field ${extra}` }, h("label", { for: control.id }, label), control);
}

/** A select of `[value, text]` pairs or plain values. */
export function choice(options, properties = {}) {
  const { value, ...rest } = properties;
  const node = h(
    "select",
    rest,
    options.map((option) => {
      const [key, text] = Array.isArray(option) ? option : [option, option];
      return h("option", { value: key }, text);
    }),
  );
  if (value !== undefined && value !== null) node.value = value;
  return node;
}

/** A scrolling region that the keyboard reaches. */
export function scroller(label, ...children) {
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, children);
}

/** A table whose rows become cards on a narrow screen; each cell is told the name of its column. */
export function stacking(table) {
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.name ?? cell.textContent);
  for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, place) => (cell.dataset.label = names[place]));
  table.classList.add("stacking");
  return table;
}

/** The head of a table, from the names of its columns; a name in a list is to the right, as numbers are. */
export function head(...names) {
  return h("thead", {}, h("tr", {}, names.map((name) => (Array.isArray(name) ? h("th", { scope: "col", class: "number" }, name[0]) : h("th", { scope: "col" }, name)))));
}

/** JSON as people read it, in a box. */
export function jsonBox(value, label = "JSON") {
  return h("pre", { class: "code", tabindex: "0", role: "group", "aria-label": label }, JSON.stringify(value, null, 2) ?? "nothing");
}

/** A button beside a text that copies it. */
export function copyable(text, tag = "code") {
  const button = h("button", { type: "button", class: "small", data: { copy: text } }, "Copy");
  return h("div", { class: "copy" }, h(tag, {}, text), button);
}

/** A rounded mark with a word in it. */
export function mark(text, tone = "") {
  return h("span", { class: `mark ${tone}` }, text);
}

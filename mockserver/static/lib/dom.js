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

/** Put these children in the place of all that an element has. */
export function fill(node, ...children) {
  node.replaceChildren();
  add(node, children);
  return node;
}

/** The element of an id, which must be there. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
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

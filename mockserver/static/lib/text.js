// Text that people have written: the Markdown of text tiles, as elements. Markup in it stays text.
import { h } from "./dom.js";

const INLINE = /(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(\*[^*\s][^*]*\*|\b_[^_]+_\b)|(!?\[[^\]]*\]\([^)\s]+\))|(https?:\/\/[^\s<>()]+)/g;
const LINK = /^(!?)\[([^\]]*)\]\(([^)\s]+)\)$/;
const SAFE = /^(https?:|mailto:|\/(?!\/)|#)/i;

/** A text's headings, paragraphs, lists, quotes, rules and code, as elements. */
export function markdown(text) {
  const made = [];
  const rest = text.replaceAll("\r", "").split("\n");
  while (rest.length) {
    const line = rest[0];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) rest.shift();
    else if (line.startsWith("```")) made.push(code(rest));
    else if (heading) made.push(titled(heading, rest));
    else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) made.push(ruled(rest));
    else if (/^\s*[-*+]\s+/.test(line)) made.push(h("ul", {}, items(rest, /^\s*[-*+]\s+/)));
    else if (/^\s*\d+[.)]\s+/.test(line)) made.push(h("ol", {}, items(rest, /^\s*\d+[.)]\s+/)));
    else if (line.startsWith(">")) made.push(h("blockquote", {}, markdown(taken(rest, (each) => each.startsWith(">")).map((each) => each.replace(/^>\s?/, "")).join("\n"))));
    else made.push(h("p", {}, inline(taken(rest, isProse).join(" "))));
  }
  return made;
}

function titled([, marks, text], rest) {
  rest.shift();
  return h(marks.length < 3 ? "h2" : "h3", {}, inline(text));
}

function ruled(rest) {
  rest.shift();
  return h("hr", {});
}

const isProse = (line) => Boolean(line.trim()) && !/^(#{1,6}\s|```|>|\s*[-*+]\s+|\s*\d+[.)]\s+)/.test(line);

/** Take the first lines away for which something holds; always the first. */
function taken(rest, holds) {
  const found = [rest.shift()];
  while (rest.length && holds(rest[0])) found.push(rest.shift());
  return found;
}

function items(rest, bullet) {
  return taken(rest, (line) => bullet.test(line)).map((line) => h("li", {}, inline(line.replace(bullet, ""))));
}

function code(rest) {
  rest.shift();
  const found = rest.length && !rest[0].startsWith("```") ? taken(rest, (line) => !line.startsWith("```")) : [];
  rest.shift();
  return h("pre", { class: "code", tabindex: "0", role: "group", "aria-label": "Code" }, found.join("\n"));
}

/** A line's emphasis, code and links; an address that is none of the web's stays text. */
function inline(text) {
  const made = [];
  let done = 0;
  for (const found of text.matchAll(INLINE)) {
    made.push(text.slice(done, found.index), piece(found));
    done = found.index + found[0].length;
  }
  return [...made, text.slice(done)];
}

function piece([whole, quoted, strong, soft, link]) {
  if (quoted) return h("code", {}, whole.slice(1, -1));
  if (strong) return h("strong", {}, whole.slice(2, -2));
  if (soft) return h("em", {}, whole.slice(1, -1));
  if (!link) return h("a", { href: whole, rel: "noopener noreferrer" }, whole);
  const [, picture, name, target] = LINK.exec(link);
  // a picture would be asked for from elsewhere: its name and a link to it do
  return SAFE.test(target) ? h("a", { href: target, rel: "noopener noreferrer" }, name || (picture ? "Picture" : target)) : whole;
}

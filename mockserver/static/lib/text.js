// Text that people have written.
import { h } from "./dom.js";

/** A text tile's Markdown, as far as headings and paragraphs. */
export function lines(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => {
    const heading = /^#+\s+(.*)$/.exec(line);
    return heading ? h("h2", {}, heading[1]) : h("p", {}, line);
  });
}

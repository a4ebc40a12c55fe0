// What differs between two states, as a tree that opens.
import { h } from "../lib/dom.js";
import { number } from "../lib/format.js";

const MOST = 100;
const called = (one) => `${one.id}${one.name ? ` ${one.name}` : ""}`;

/** The tree of a difference: tables, documents, fields. */
export function diffTree(found) {
  if (found.same) return h("p", { class: "muted" }, `Nothing differs between ${found.from} and ${found.to}.`);
  return h("ul", {}, Object.entries(found.tables).filter(([, table]) => sizeOf(table)).map(([name, table]) => h("li", {}, branch(name, table))));
}

const sizeOf = (table) => table.added.length + table.removed.length + table.changed.length;

function branch(name, table) {
  const words = [
    table.added.length ? `${number(table.added.length)} added` : null,
    table.removed.length ? `${number(table.removed.length)} removed` : null,
    table.changed.length ? `${number(table.changed.length)} changed` : null,
  ].filter(Boolean);
  return h(
    "details",
    { open: sizeOf(table) <= 10 },
    h("summary", {}, name.replaceAll("_", " "), " ", h("span", { class: "muted small" }, words.join(", "))),
    h(
      "ul",
      {},
      table.added.slice(0, MOST).map((one) => h("li", { class: "came" }, `+ ${called(one)}`)),
      table.removed.slice(0, MOST).map((one) => h("li", { class: "gone" }, `− ${called(one)}`)),
      table.changed.slice(0, MOST).map((one) => h("li", {}, h("details", { open: table.changed.length <= 5 }, h("summary", {}, called(one)), h("ul", {}, Object.entries(one.fields).map(leaf))))),
    ),
  );
}

function leaf([name, change]) {
  return h("li", { class: "small" }, h("code", {}, name), " ", h("span", { class: "gone" }, brief(change.from)), " → ", h("span", { class: "came" }, brief(change.to)));
}

function brief(value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 160)} …` : text;
}

// The keys of a picture's colours: buttons that hide and show a series.
import { h } from "../lib/dom.js";

/** A list of keys; `entries` are `{name, colour}`, `changed(hidden)` hears the set of hidden places. */
export function legend(entries, changed) {
  const hidden = new Set();
  const swatches = [];
  const list = h(
    "ul",
    { class: "keys", "aria-label": "Series" },
    entries.map((entry, place) => {
      const swatch = h("span", { class: "swatch", vars: { color: entry.colour() } });
      swatches.push([swatch, entry]);
      const button = h("button", { type: "button", "aria-pressed": "true" }, swatch, entry.name);
      button.addEventListener("click", () => {
        if (hidden.has(place)) hidden.delete(place);
        else hidden.add(place);
        button.setAttribute("aria-pressed", String(!hidden.has(place)));
        changed(hidden);
      });
      return h("li", {}, button);
    }),
  );
  document.addEventListener("themechange", () => {
    for (const [swatch, entry] of swatches) swatch.style.setProperty("--color", entry.colour());
  });
  return list;
}

// Shared links: the tables of the page become pictures. Without a script the tables stay.
import { draw } from "../charts/draw.js";
import { embedded, fill, h, jsonBox } from "../lib/dom.js";
import { lines } from "../lib/text.js";

const data = embedded("posthog-exported-data");
const tiles = new Map((data.dashboard?.tiles ?? []).map((tile) => [String(tile.id), tile.insight]));

for (const place of document.querySelectorAll(".drawn")) {
  const insight = place.dataset.place === "insight" ? data.insight : tiles.get(place.dataset.place);
  if (insight?.result === null || insight?.result === undefined) continue;
  const wished = insight.query?.source?.trendsFilter?.showLegend;
  draw(place, insight, { legend: Boolean(data.legend || wished), detailed: data.detailed ? "open" : false });
  if (data.showInspector) place.append(h("details", {}, h("summary", {}, "Query"), jsonBox(insight.query, "Query")));
}

for (const text of document.querySelectorAll(".text")) fill(text, lines(text.textContent));

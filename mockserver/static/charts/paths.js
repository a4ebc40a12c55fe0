// Paths: a Sankey diagram of steps and the links between them.
import { h } from "../lib/dom.js";
import { duration, number } from "../lib/format.js";
import { canvas, tip, tooltip } from "./canvas.js";
import { colour } from "./palette.js";

const parts = (name) => /^(\d+)_(.*)$/s.exec(name) ?? [name, "1", name];
export const stepOf = (name) => Number(parts(name)[1]);

/** The name of a node: of an address only its path, which is what differs. */
export function placeName(name) {
  const text = parts(name)[2];
  const address = /^https?:\/\/[^/]+(\/.*)?$/.exec(text);
  return address ? address[1] || "/" : text;
}

/** The diagram, in a region that scrolls sideways on narrow screens. */
export function paths(links) {
  const names = [...new Set(links.flatMap((link) => [link.source, link.target]))];
  const deepest = Math.max(...names.map(stepOf));
  const flow = new Map(names.map((name) => [name, 0]));
  for (const link of links) flow.set(link.target, flow.get(link.target) + link.value);
  const picture = (paints) => ({
    tooltip: tooltip(paints, "item", (point) =>
      point.dataType === "edge"
        ? tip(`${placeName(point.data.source)} → ${placeName(point.data.target)}`, [
            [paints.accent, "People", number(point.data.value)],
            [paints.line, "Average time", duration(point.data.time / 1000)],
          ])
        : tip(placeName(point.name), [[paints.accent, `At step ${stepOf(point.name)}`, number(point.value)]]),
    ),
    series: [
      {
        type: "sankey",
        left: 4,
        right: 130,
        top: 8,
        bottom: 8,
        nodeAlign: "left",
        nodeGap: 14,
        nodeWidth: 12,
        layoutIterations: 32,
        draggable: false,
        emphasis: { focus: "adjacency" },
        data: names.map((name) => ({ name, depth: stepOf(name) - 1, itemStyle: { color: colour(stepOf(name) - 1), borderWidth: 0 } })),
        links: links.map((link) => ({ source: link.source, target: link.target, value: link.value, time: link.average_conversion_time })),
        lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
        label: { color: paints.text, width: 120, overflow: "truncate", fontSize: 12, formatter: (point) => placeName(point.name) },
      },
    ],
  });
  const words = `Paths of ${deepest} steps with ${links.length} links; the widest is ${placeName(links[0].source)} to ${placeName(links[0].target)}, ${number(links[0].value)} people`;
  const drawing = canvas(words, picture, { size: "tall" });
  return [h("div", { class: "wide-canvas", tabindex: "0", role: "group", "aria-label": "Paths diagram" }, drawing), null];
}

/** The links as rows. */
export function linksTable(links) {
  return {
    headers: ["Step", "From", "To", "People", "Average time"],
    rows: links.map((link) => [String(stepOf(link.source)), placeName(link.source), placeName(link.target), number(link.value), duration(link.average_conversion_time / 1000)]),
    numbersFrom: 3,
  };
}

// One picture on a canvas: made when it is first seen, redrawn when its size or the theme changes.
import { h } from "../lib/dom.js";
import { inks } from "./palette.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Draw with ECharts into a new element.
 * `option(inks, width)` gives the picture in the present colours; `label` says in words what it shows.
 */
export function canvas(label, option, properties = {}) {
  const node = h("div", { class: `canvas ${properties.size ?? ""}`, role: "img", "aria-label": label });
  let chart = null;
  let picture = option;
  const draw = () => {
    if (!chart) return;
    const colours = inks();
    chart.setOption({ ...frame(colours), ...picture(colours, node.clientWidth) }, { notMerge: true });
  };
  const begin = async () => {
    // text on a canvas stays in the font that it was drawn with, so the page's own must be there first
    const [{ init }] = await Promise.all([import("../vendor/echarts.js"), document.fonts.load("12px Inter").catch(() => null)]);
    await properties.before?.();
    if (!node.isConnected || chart) return;
    chart = init(node, null, { renderer: "canvas" });
    node.dataset.drawn = "yes";
    draw();
  };
  const sized = new ResizeObserver(() => {
    if (!node.isConnected) return;
    if (!chart) begin();
    else {
      chart.resize({ animation: { duration: 0 } });
      if (properties.byWidth) draw();
    }
  });
  sized.observe(node);
  document.addEventListener("themechange", draw);
  node.redraw = (next) => {
    picture = next ?? picture;
    draw();
  };
  node.release = () => {
    sized.disconnect();
    document.removeEventListener("themechange", draw);
    chart?.dispose();
    chart = null;
  };
  return node;
}

function frame(colours) {
  return {
    animation: !STILL.matches,
    animationDuration: 300,
    backgroundColor: "transparent",
    textStyle: { fontFamily: colours.sans, color: colours.text, fontSize: 12 },
  };
}

/** The options of a tooltip whose content is an element; ECharts' own markup would need inline styles. */
export function tooltip(colours, trigger, content, extra = {}) {
  return {
    trigger,
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.strong,
    padding: 8,
    transitionDuration: 0,
    formatter: content,
    ...extra,
  };
}

/** A tooltip's content: a title and rows of colour, name and value. */
export function tip(title, rows) {
  return h(
    "div",
    { class: "tip" },
    h("b", {}, title),
    rows.map(([ink, name, value]) =>
      h("div", {}, h("span", { class: "swatch", vars: { color: ink } }), h("span", {}, name), h("span", {}, value)),
    ),
  );
}

/** The axis that names things. */
export function nameAxis(colours, names, extra = {}) {
  return {
    type: "category",
    data: names,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.strong } },
    axisLabel: { color: colours.muted, hideOverlap: true, fontSize: 12 },
    ...extra,
  };
}

/** The axis that measures. */
export function valueAxis(colours, format, extra = {}) {
  return {
    type: "value",
    splitNumber: 4,
    minInterval: extra.whole ? 1 : 0,
    axisLabel: { color: colours.muted, formatter: format, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.line } },
    ...extra,
  };
}

export const GRID = { left: 8, right: 16, top: 16, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "axisLabel" };

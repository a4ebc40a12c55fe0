// The world by country: PostHog's WorldMap over two-letter country codes.
import { h } from "../lib/dom.js";
import { axisFormat, breakdownName } from "../lib/format.js";
import { canvas, tip, tooltip } from "./canvas.js";

let world = null;

async function load() {
  if (world) return;
  const [{ registerMap }, map] = await Promise.all([import("../vendor/echarts.js"), import("../vendor/world.js")]);
  world = new Map(map.default.features.map((country) => [country.properties.name, country.properties.title]));
  registerMap("world", map.default);
}

const codeOf = (item) => (Array.isArray(item.breakdown_value) ? item.breakdown_value.at(-1) : item.breakdown_value) ?? item.label;

/** The name of a country in English; the browser knows it. */
export function countryName(code) {
  try {
    return /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(["en"], { type: "region" }).of(code) : breakdownName(code);
  } catch {
    return code;
  }
}

/** A map whose darker countries have more. */
export function worldMap(items, settings) {
  const format = axisFormat(settings.filter);
  const values = items.map((item) => ({ name: codeOf(item), value: item.aggregated_value ?? item.count ?? 0 }));
  const most = Math.max(1, ...values.map((one) => one.value));
  const picture = (paints) => ({
    tooltip: tooltip(paints, "item", (point) =>
      tip(world.get(point.name) ?? countryName(point.name), [
        [point.color ?? paints.plain, "Total", Number.isFinite(point.value) ? format(point.value) : "0"],
      ]),
    ),
    visualMap: { type: "continuous", show: false, min: 0, max: most, inRange: { color: [paints.soft, paints.accent] } },
    series: [
      {
        type: "map",
        map: "world",
        data: values,
        left: 0,
        right: 0,
        top: 4,
        bottom: 4,
        aspectScale: 0.85,
        selectedMode: false,
        itemStyle: { areaColor: paints.plain, borderColor: paints.strong, borderWidth: 0.5 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: paints.accent } },
      },
    ],
  });
  const top = values.toSorted((one, other) => other.value - one.value).slice(0, 5);
  const words = `World map; most in ${top.map((one) => `${countryName(one.name)} ${format(one.value)}`).join(", ")}`;
  const scale = h("p", { class: "scale" }, "0", h("span", { class: "ramp" }), format(most));
  return [canvas(words, picture, { before: load }), settings.showLegend ? scale : null];
}

/** The countries and their numbers. */
export function mapTable(items, settings) {
  const format = axisFormat(settings.filter);
  return {
    headers: ["Country", "Total"],
    rows: items.map((item) => [countryName(codeOf(item)), format(item.aggregated_value ?? item.count)]),
    numbersFrom: 1,
  };
}

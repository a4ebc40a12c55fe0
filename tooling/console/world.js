// Makes the world map: Natural Earth's countries (public domain) by their ISO 3166 codes, rounded to what a screen shows.
import { readFileSync, writeFileSync } from "node:fs";
import countries from "i18n-iso-countries";
import { feature } from "topojson-client";
import { presimplify, quantile, simplify } from "topojson-simplify";

const SMALL_BUT_WANTED = new Set(["SG", "HK", "MT", "LU", "BH"]);
const topology = JSON.parse(readFileSync(new URL("node_modules/world-atlas/countries-110m.json", import.meta.url)));
const ready = presimplify(topology);
const simple = simplify(ready, quantile(ready, 0.25));
const round = (point) => point.map((value) => Math.round(value * 10) / 10);

// A ring that crosses the date line would be drawn right across the map: its eastern part goes on past 180 degrees.
function straightened(ring) {
  const jumps = ring.some((point, place) => place && Math.abs(point[0] - ring[place - 1][0]) > 180);
  return jumps ? ring.map(([x, y]) => [x < 0 ? x + 360 : x, y]) : ring;
}

function rounded(rings) {
  return rings
    .map((ring) => straightened(ring).map(round).filter((point, place, all) => !place || String(point) !== String(all[place - 1])))
    .filter((ring) => ring.length > 3);
}

const features = [];
for (const country of feature(simple, simple.objects.countries).features) {
  const code = countries.numericToAlpha2(country.id) ?? "";
  if (code === "AQ") continue;
  const { type, coordinates } = country.geometry;
  const polygons = (type === "Polygon" ? [coordinates] : coordinates).map(rounded).filter((rings) => rings.length);
  if (!polygons.length && !SMALL_BUT_WANTED.has(code)) continue;
  features.push({
    type: "Feature",
    properties: { name: code || country.properties.name, title: country.properties.name },
    geometry: { type: "MultiPolygon", coordinates: polygons },
  });
}
const text = `// Made by tooling/build-console from Natural Earth (public domain) by way of world-atlas.\nexport default ${JSON.stringify({ type: "FeatureCollection", features })};\n`;
writeFileSync(new URL("../../mockserver/static/vendor/world.js", import.meta.url), text);

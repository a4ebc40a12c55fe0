// Shared links: the tables of the page become pictures. Without a script the tables stay.
import { draw } from "../charts/draw.js";
import { embedded, fill, h, jsonBox } from "../lib/dom.js";
import { markdown } from "../lib/text.js";
import { placed, placeVars } from "../lib/tiles.js";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 8_000;
const MOST_LOOKS = 60;
const data = embedded("posthog-exported-data");

/** The insights of the page by the places they are drawn in. */
function insightsOf(all) {
  if (all.insight) return new Map([["insight", all.insight]]);
  return new Map((all.dashboard?.tiles ?? []).filter((tile) => tile.insight).map((tile) => [String(tile.id), tile.insight]));
}

/** Tiles go where the dashboard has them, unless the numbers below make them as high as they like. */
const isPlaced = Boolean(data.dashboard) && !data.detailed && !data.showInspector;

function placeTiles() {
  document.querySelector(".board")?.classList.add("layout");
  for (const place of placed(data.dashboard.tiles)) {
    const node = document.getElementById(`tile-${place.tile.id}`);
    node?.classList.add("tile");
    for (const [name, value] of Object.entries(placeVars(place))) node?.style.setProperty(`--${name}`, value);
  }
}

const hasResult = (insight) => insight?.result !== null && insight?.result !== undefined;
const isUnderWay = (insight) => !hasResult(insight) && insight?.query_status && !insight.query_status.complete && !insight.query_status.error;

function show(place, insight) {
  const into = document.querySelector(`.drawn[data-place="${place}"]`);
  if (!into) return;
  const wished = insight.query?.source?.trendsFilter?.showLegend;
  draw(into, insight, { legend: Boolean(data.legend || wished), detailed: data.detailed ? "open" : false, fill: isPlaced });
  if (data.showInspector) into.append(h("details", {}, h("summary", {}, "Query"), jsonBox(insight.query, "Query")));
  const calculated = document.querySelector(`[data-calculated="${place}"]`);
  if (!calculated || !insight.last_refresh) return;
  calculated.hidden = false;
  const time = calculated.querySelector("time");
  time.dateTime = insight.last_refresh;
  time.textContent = insight.last_refresh.slice(0, 16).replace("T", " ");
}

/** Look again for what is being calculated, less and less often. */
async function follow() {
  const token = location.pathname.split("/").filter(Boolean).at(-1);
  const waiting = new Set([...insightsOf(data)].filter(([, insight]) => isUnderWay(insight)).map(([place]) => place));
  let pause = FIRST_PAUSE;
  for (let looks = 0; waiting.size && looks < MOST_LOOKS; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (document.hidden) continue;
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
    const answer = await fetch(`/shared/${token}.json${location.search}`).catch(() => null);
    if (!answer?.ok) return;
    const found = insightsOf(await answer.json());
    for (const place of [...waiting]) {
      const insight = found.get(place);
      if (isUnderWay(insight)) continue;
      waiting.delete(place);
      if (insight) show(place, insight);
    }
  }
}

if (isPlaced) placeTiles();
for (const [place, insight] of insightsOf(data)) if (hasResult(insight)) show(place, insight);
for (const text of document.querySelectorAll(".text")) fill(text, markdown(text.textContent));
follow();

// Numbers, times and names as people read them. Always English, so that pictures are the same everywhere.

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const compactBytes = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

export const EVENT_NAMES = {
  $pageview: "Pageview",
  $pageleave: "Pageleave",
  $autocapture: "Autocapture",
  $screen: "Screen",
  $identify: "Identify",
  $feature_flag_called: "Feature flag called",
};
const BREAKDOWN_NAMES = { $$_posthog_breakdown_null_$$: "None", $$_posthog_breakdown_other_$$: "Other", "": "None" };

export const number = (value) => (typeof value === "number" ? plain.format(value) : "–");
export const short = (value) => (Math.abs(value) < 10_000 ? plain.format(value) : compact.format(value));
export const share = (value) => (Number.isFinite(value) ? percent.format(value) : "–");

/** Seconds as `1 h 5 min`, in its two largest units. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const units = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];
  let rest = Math.round(Math.abs(seconds));
  const parts = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${name}`);
  }
  return parts.length ? parts.slice(0, 2).join(" ") : Math.abs(seconds) > 0 ? "under 1 s" : "0 s";
}

/** A moment in UTC, to the second: `2026-11-24 03:15:00`. */
export function moment(text) {
  return text ? text.replace("T", " ").replace(/(\.\d+)?(Z|\+00:00)$/, "") : "–";
}

/** Without fractions of a second where there are none worth reading: `0.8 ms`, `37 ms`, `3.1 s`. */
export function took(milliseconds) {
  if (milliseconds >= 1000) return `${number(Math.round(milliseconds / 100) / 10)} s`;
  return milliseconds >= 10 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}

/** Bytes as `6.7 kB`. */
export const size = (bytes) => (bytes < 1000 ? `${bytes} B` : `${compactBytes.format(bytes / 1000)} kB`);

/** `1 hit`, `2 hits`. */
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** A label of the server's as people write dates: `29-Mar – 4-Apr-2026` as `29 Mar – 4 Apr 2026`. */
export const dateLabel = (label) => String(label).replace(/(\d)-(?=[A-Z][a-z]{2})/g, "$1 ").replace(/([A-Z][a-z]{2})-(?=\d{4})/g, "$1 ");

/** Only the time of the day. */
export const timeOfDay = (text) => moment(text).slice(11, 19);

/** The names of events as the product shows them. */
export const eventName = (name) => EVENT_NAMES[name] ?? name;

/** A breakdown value as people read it. */
export function breakdownName(value) {
  if (Array.isArray(value)) return value.map(breakdownName).join(" · ");
  if (value === null || value === undefined) return "None";
  const range = /^\[(-?[\d.]+),(-?[\d.]+)\]$/.exec(value);
  if (range) return `${number(Number(range[1]))} to ${number(Number(range[2]))}`;
  return BREAKDOWN_NAMES[value] ?? String(value);
}

/** How an insight is called where it has no name. */
export const insightName = (insight) => insight?.name || insight?.derived_name || "Untitled";

/** The formatter of a trends query's values: `$1,234`, `12.5%`, `3 min`. */
export function axisFormat(filter = {}) {
  const kind = filter.aggregationAxisFormat ?? filter.aggregation_axis_format ?? "numeric";
  const before = filter.aggregationAxisPrefix ?? "";
  const after = filter.aggregationAxisPostfix ?? "";
  const formats = {
    currency: (value) => `$${short(value)}`,
    percentage: (value) => `${short(value)}%`,
    percentage_scaled: (value) => share(value),
    duration: (value) => duration(value),
    duration_ms: (value) => duration(value / 1000),
  };
  const inner = formats[kind] ?? short;
  return (value) => (typeof value === "number" ? `${before}${inner(value)}${after}` : "–");
}

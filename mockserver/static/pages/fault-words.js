// Fault rules in words.
import { duration, number } from "../lib/format.js";

const CONNECTIONS = {
  reset: "resets the connection",
  empty: "closes without an answer",
  truncate: "cuts the body short",
  garbage: "answers what is no HTTP",
  dribble: "sends the body in small pieces, slowly",
};
const LIMITS = { insights: "PostHog's limits for insights", query: "PostHog's limits for queries", other: "PostHog's limits for everything else" };

/** What a rule does to a request. */
export function effectWords(effect) {
  const parts = [];
  if (effect.delay) parts.push(delayWords(effect.delay));
  if (effect.status) parts.push(`answers ${effect.status}${effect.retry_after === undefined ? "" : ` with Retry-After ${effect.retry_after}`}${effect.body === undefined ? "" : " and a body of its own"}`);
  if (effect.throttle) parts.push(throttleWords(effect.throttle));
  if (effect.connection) parts.push(CONNECTIONS[effect.connection]);
  if (effect.contract) parts.push(`breaks the contract by ${effect.contract}`);
  return parts.join(", then ");
}

function delayWords(delay) {
  if (delay.kind === "fixed") return `waits ${milliseconds(delay.ms)}`;
  if (delay.kind === "uniform") return `waits ${milliseconds(delay.min_ms)} to ${milliseconds(delay.max_ms)}`;
  return `waits about ${milliseconds(delay.median_ms)}, sometimes far longer`;
}

const milliseconds = (value) => (value >= 1000 ? duration(value / 1000) : `${number(value)} ms`);

function throttleWords(throttle) {
  if (throttle.preset) return `lets through ${LIMITS[throttle.preset] ?? throttle.preset}`;
  const limits = [throttle.per_minute ? `${number(throttle.per_minute)} a minute` : null, throttle.per_hour ? `${number(throttle.per_hour)} an hour` : null];
  return `lets through ${limits.filter(Boolean).join(" and ")}`;
}

/** Which requests a rule is for. */
export function matchWords(match, projectId) {
  const parts = [match.method, match.operation_id ?? match.path ?? "every request"];
  if (match.operation_id && match.path) parts.push(match.path);
  if (match.project_id !== undefined) parts.push(match.project_id === projectId ? "of this project" : `of project ${match.project_id}`);
  return parts.filter(Boolean).join(" ");
}

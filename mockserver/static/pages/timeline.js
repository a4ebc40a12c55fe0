// The lives of background queries on one axis of time.
import { h } from "../lib/dom.js";
import { duration, timeOfDay } from "../lib/format.js";

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800];
const MOST_TICKS = 5;
const LONGEST_PAUSE = 60_000;
const ENDINGS = new Set(["complete", "error", "cancelled", "expired"]);

/** From when to when a job lives, in milliseconds; one under way lives until it is expected to end. */
export function lifeOf(job, now) {
  const begin = Date.parse(job.created_at);
  const picked = job.pickup_at ? Date.parse(job.pickup_at) : null;
  const ended = job.ended_at ? Date.parse(job.ended_at) : ENDINGS.has(job.state) ? Math.min(now, Date.parse(job.expires_at)) : null;
  const { mode, queue_seconds: queued, run_seconds: run } = job.policy;
  const expected = ended === null && mode === "time" ? { picked: begin + queued * 1000, ended: (picked ?? begin + queued * 1000) + run * 1000 } : null;
  return { begin, picked, ended, expected, until: ended ?? Math.max(begin, now) };
}

/**
 * The span of time to show: the newest jobs that follow each other without a long pause, so that a job of last week
 * does not press those of now into a line; or the last so many seconds.
 */
export function spanOf(jobs, now, seconds) {
  if (seconds) return { from: now - seconds * 1000, to: now };
  let from = now;
  let to = now;
  const lives = jobs.map((job) => lifeOf(job, now)).toSorted((one, other) => other.until - one.until);
  lives.forEach((life, place) => {
    const pause = Math.max(LONGEST_PAUSE, to - from);
    if (place && from - life.until > pause) return;
    if (!place && now - life.until > LONGEST_PAUSE) from = to = life.until;
    from = Math.min(from, life.begin);
    to = Math.max(to, life.expected?.ended ?? life.until);
  });
  const room = Math.max(1000, (to - from) * 0.05);
  return { from, to: to + room };
}

/** Where a moment is in a span: 0 to 1. */
const place = (moment, span) => Math.min(1, Math.max(0, (moment - span.from) / (span.to - span.from)));

const vars = (from, to, span) => ({ from: place(from, span).toFixed(4), to: place(to, span).toFixed(4) });

/** The axis above the bars. */
export function axis(span) {
  const seconds = (span.to - span.from) / 1000;
  const step = (STEPS.find((each) => seconds / each <= MOST_TICKS) ?? Math.ceil(seconds / MOST_TICKS)) * 1000;
  const first = Math.ceil(span.from / step) * step;
  const ticks = [];
  for (let moment = first; moment < span.to - (span.to - span.from) * 0.08; moment += step) ticks.push(moment);
  const text = (moment) => {
    const iso = new Date(moment).toISOString();
    return step >= 86_400_000 ? iso.slice(5, 10) : step >= 60_000 ? iso.slice(11, 16) : timeOfDay(iso);
  };
  return h("span", { class: "axis", "aria-hidden": "true" }, ticks.map((moment) => h("span", { vars: { from: place(moment, span).toFixed(4) } }, text(moment))));
}

/** What became of a job, in words. */
export function words(job, now) {
  const { begin, picked, until } = lifeOf(job, now);
  const parts = [`queued ${duration(((picked ?? until) - begin) / 1000)}`];
  if (picked) parts.push(`${ENDINGS.has(job.state) ? "ran" : "running"} ${duration((until - picked) / 1000)}`);
  return parts.join(", ");
}

/** The bar of a job: queued, running, how it ended, and what is still expected of it. */
export function bar(job, now, span) {
  const { begin, picked, ended, expected, until } = lifeOf(job, now);
  const told = `Job ${job.id}: ${words(job, now)}, ${job.state}`;
  const isOver = until < span.from || begin > span.to;
  if (isOver) return h("div", { class: "track", role: "img", "aria-label": told }, h("span", { class: "outside" }, until < span.from ? "earlier" : "later"));
  return h(
    "div",
    { class: "track", role: "img", "aria-label": told, title: told },
    expected ? h("span", { class: "expected", vars: vars(until, expected.ended, span) }) : null,
    h("span", { class: "queued", vars: vars(begin, picked ?? until, span) }),
    picked ? h("span", { class: "running", vars: vars(picked, until, span) }) : null,
    ended === null ? null : h("span", { class: `ending ${job.state}`, vars: vars(ended, ended, span) }),
    now > span.from && now < span.to ? h("span", { class: "now", vars: vars(now, now, span) }) : null,
  );
}

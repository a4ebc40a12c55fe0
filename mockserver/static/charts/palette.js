// The colours of series: PostHog's own data colours, in an order whose neighbours differ, and lighter ones for dark pages.

const LIGHT = ["#1d4aff", "#ce0e74", "#2e7d78", "#b64b02", "#621da6", "#529a0a", "#0476fb", "#7c440e", "#f14f58", "#35416b", "#8f7a00", "#a56eff"];
const DARK = ["#7c95ff", "#ff6fb0", "#4fc1b9", "#ff9a52", "#b98af0", "#93d04a", "#55b2ff", "#d6a36c", "#ff8a90", "#a9b5e6", "#e0c43a", "#cdb0ff"];
const LIFECYCLE = {
  light: { new: "#1d4aff", returning: "#2e7d42", resurrecting: "#8a4fd0", dormant: "#d0471f" },
  dark: { new: "#7c95ff", returning: "#64c98a", resurrecting: "#c39bf5", dormant: "#ff9069" },
};

const isDark = () => document.documentElement.dataset.theme === "dark";

/** The colour of the n-th series. */
export function colour(place) {
  const colours = isDark() ? DARK : LIGHT;
  return colours[place % colours.length];
}

/** The colour of a lifecycle's status. */
export const lifecycleColour = (status) => LIFECYCLE[isDark() ? "dark" : "light"][status] ?? colour(0);

/** The page's own colours, for what is drawn on a canvas. */
export function inks() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: ink("text"),
    muted: ink("muted"),
    line: ink("line"),
    strong: ink("line-strong"),
    surface: ink("surface"),
    accent: ink("accent"),
    soft: ink("accent-soft"),
    plain: ink("plain-soft"),
    sans: ink("sans"),
  };
}

/** A colour with less of it. */
export const faded = (hex, alpha) => `${hex}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`;

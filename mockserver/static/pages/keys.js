// A key to call PostHog's API with as a client would: the seeded one, or one made for this browser's session.
import { post } from "../lib/api.js";
import { start } from "../lib/shell.js";

/** The value of a usable personal API key of the project. */
export async function usableKey() {
  if (start.apiKey) return start.apiKey;
  const name = `key of ${start.projectId}`;
  const held = sessionStorage.getItem(name);
  if (held) return held;
  const made = await post(`projects/${start.projectId}/keys`, { scopes: ["*"], label: "Console" });
  sessionStorage.setItem(name, made.value);
  return made.value;
}

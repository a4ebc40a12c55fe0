// What happens on the server, as it happens.
import { queryText } from "./api.js";

const listeners = new Map();
let source;

/** Call `listener` with the data of each event of a name: clock, jobs, faults, state, request. */
export function on(name, listener) {
  if (!listeners.has(name)) {
    listeners.set(name, new Set());
    source?.addEventListener(name, tell);
  }
  listeners.get(name).add(listener);
  return () => listeners.get(name).delete(listener);
}

function tell(event) {
  const data = JSON.parse(event.data);
  for (const listener of listeners.get(event.type) ?? []) listener(data);
}

/** Begin to listen; `whenLost` and `whenFound` hear of the connection. */
export function listen(projectId, whenFound, whenLost) {
  source = new EventSource(`/_mock/events${queryText({ project_id: projectId })}`);
  source.addEventListener("open", whenFound);
  source.addEventListener("error", whenLost);
  for (const name of listeners.keys()) source.addEventListener(name, tell);
  addEventListener("pagehide", () => source.close());
}

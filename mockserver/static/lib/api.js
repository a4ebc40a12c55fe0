// Calls to the control plane, and through it to PostHog's API as the fake has it.

/** A refusal, with what the server said about it. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.errors?.map((each) => `${each.field}: ${each.detail}`).join("; ") || body?.detail || `The server answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/** Call `/_mock/...`; gives the JSON of the answer, or null for none. Throws Refused. */
export async function mock(method, path, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(`/_mock/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const parsed = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Refused(answer.status, parsed);
  return parsed;
}

export const get = (path, query = {}) => mock("GET", path + queryText(query));
export const post = (path, body = {}) => mock("POST", path, body);
export const put = (path, body) => mock("PUT", path, body);
export const remove = (path, query = {}) => mock("DELETE", path + queryText(query));

/** Read PostHog's API from inside: `{status, body}`, whatever the status. */
export function read(projectId, operationId, path = {}, query = {}) {
  return post(`projects/${projectId}/read`, { operation_id: operationId, path, query });
}

/** `?a=b` of what is not empty. */
export function queryText(query) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

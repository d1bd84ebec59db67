// Talks to the simulator's API; knows nothing of the page.

const BASE = "/symulator/api";

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof Blob) {
    options.body = body;
  } else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(BASE + path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(answer.detail || String(response.status));
    error.status = response.status;
    throw error;
  }
  return answer;
}

const threadPath = (psid) => `/threads/${encodeURIComponent(psid)}`;

export const threads = () => call("GET", "/threads");
export const thread = (psid) => call("GET", threadPath(psid));
export const act = (psid, body) => call("POST", `${threadPath(psid)}/messages`, body);
export const seen = (psid) => call("POST", `${threadPath(psid)}/seen`);
export const setProfile = (psid, profile) => call("PUT", `${threadPath(psid)}/profile`, profile);
export const pageInbox = (psid, body) => call("POST", `${threadPath(psid)}/page_inbox`, body);
export const page = () => call("GET", "/page");
export const faults = () => call("GET", "/faults");
export const setFaults = (values) => call("PUT", "/faults", values);
export const clock = () => call("GET", "/clock");
export const setClock = (hours) => call("PUT", "/clock", { offset_hours: hours });
export const exchange = () => call("GET", "/exchange");
export const upload = (file) => call("POST", "/media", file);

/** Calls `told(event)` for everything that happens, and `state(connected)` when the stream comes or goes. */
export function watch(told, state) {
  const source = new EventSource(`${BASE}/events`);
  source.onopen = () => state(true);
  source.onerror = () => state(false);
  source.onmessage = (message) => told(JSON.parse(message.data));
  // A page that is being left must not hold its stream open.
  window.addEventListener("pagehide", () => source.close());
}

// @ts-check
// Asks the server. Nothing of it stays in the browser's cache.
import { recall } from "./store.js";

/** What the server refused: its status and code. */
export class Refused extends Error {
  /** @param {number} status @param {string} code */
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const PATIENCE = 45000;

/** @typedef {{method?: string, body?: unknown, token?: string | null, headers?: Record<string, string>}} Ask */

/** @param {string} path below /api/point/ @param {Ask} [ask] @returns {Promise<Response>} 2xx or 304; throws Refused,
 *  or what fetch throws when there is no signal */
export async function call(path, { method = "GET", body, token = null, headers = {} } = {}) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE);
  /** @type {Record<string, string>} */
  const all = { "Accept-Language": document.documentElement.lang, ...headers };
  if (token) all.Authorization = `Point ${token}`;
  if (body !== undefined) all["Content-Type"] = "application/json";
  try {
    const response = await fetch(`/api/point/${path}`, {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: stop.signal,
    });
    if (response.ok || response.status === 304) return response;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.title || "refused");
  } finally {
    clearTimeout(clock);
  }
}

/** @param {IDBDatabase} db @param {string} path @param {Ask} [ask] @returns {Promise<Response>} as this phone */
export async function callAs(db, path, ask = {}) {
  return call(path, { ...ask, token: await recall(db, "device") });
}

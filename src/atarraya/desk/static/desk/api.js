// @ts-check
// Talks to the desk's own addresses. A refusal comes back as its sentence; a dropped line as what fetch throws.
import { ListsRefused } from "./keys.js";
import { say } from "./words.js";

export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} sentence */
  constructor(status, code, sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

/** What a person is told of a fault: the server's own sentence, or that nothing typed was lost.
 *  @param {unknown} fault @returns {string} */
export function sentence(fault) {
  if (fault instanceof ListsRefused) return say("wrong_list");
  return (fault instanceof Refused && fault.message) || say("not_sent");
}

/** @returns {string} the form's one-time mark */
function mark() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrfmiddlewaretoken]"));
  return field ? field.value : "";
}

/** @param {Response} response @returns {Promise<any>} */
async function answer(response) {
  if (response.status === 204) return null;
  const isJson = (response.headers.get("Content-Type") || "").includes("json");
  const body = isJson ? await response.json() : null;
  if (response.ok) return body;
  throw new Refused(response.status, (body && body.title) || "refused", (body && body.detail) || "");
}

/** @param {string} address @param {{etag?: string}} [known]
 *  @returns {Promise<{body: any, etag: string, same: boolean}>} */
export async function get(address, { etag } = {}) {
  const headers = /** @type {Record<string, string>} */ ({ Accept: "application/json" });
  if (etag) headers["If-None-Match"] = etag;
  const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin" });
  if (response.status === 304) return { body: null, etag: etag || "", same: true };
  return { body: await answer(response), etag: response.headers.get("ETag") || "", same: false };
}

/** @param {string} address @param {object} body @returns {Promise<any>} */
export async function post(address, body) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": mark() };
  return answer(await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" }));
}

/** @param {string} address @returns {Promise<Uint8Array>} */
export async function getBytes(address) {
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin" });
  if (!response.ok) await answer(response);
  return new Uint8Array(await response.arrayBuffer());
}

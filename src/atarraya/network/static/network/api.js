// @ts-check
// Talking to the server: JSON both ways, the form's mark in a header, refusals as the server's own sentence.

export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} sentence for a person; "" when the network failed */
  constructor(status, code, sentence) {
    super(code);
    this.status = status;
    this.code = code;
    this.sentence = sentence;
  }
}

/** @returns {string} */
function mark() {
  const input = /** @type {HTMLInputElement | null} */ (document.querySelector("[name=csrfmiddlewaretoken]"));
  if (input) return input.value;
  const cookie = /(?:^|; )c=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : "";
}

/** @param {string} address @param {RequestInit} options @returns {Promise<any>} throws Refused */
async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refused(0, "offline", "");
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new Refused(response.status, (body && body.title) || "refused", (body && body.detail) || "");
  }
  return body;
}

/** @param {string} address @returns {Promise<any>} */
export const get = (address) => ask(address, { headers: { Accept: "application/json" } });

/** @param {string} address @param {unknown} value @param {{keepalive?: boolean}} [options] @returns {Promise<any>} */
export const post = (address, value, options = {}) =>
  ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": mark() },
    body: JSON.stringify(value),
    ...options,
  });

/** Post, then go to the page the server names. Nothing of this page stays in the history.
 *  @param {string} address @param {unknown} value */
export async function postAndGo(address, value) {
  const answer = await post(address, value);
  window.onbeforeunload = null;
  location.replace(answer.next);
}

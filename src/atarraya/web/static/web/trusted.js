// @ts-check
// The one Trusted Types policy: a worker's address may only be one of our own files.

const allowed = /^\/(?:sw\.js|static\/[\w./-]+\.js)$/;

/** @param {string} address @returns {string} */
function check(address) {
  const path = new URL(address, location.href);
  if (path.origin !== location.origin || !allowed.test(path.pathname)) throw new TypeError("worker_address");
  return path.pathname;
}

/** @type {any} */
const types = /** @type {any} */ (globalThis).trustedTypes;
const policy = types ? types.createPolicy("atarraya", { createScriptURL: check }) : { createScriptURL: check };

/**
 * The address of a worker script, in the form the browser's policy asks for.
 * @param {string} address a path of this site
 * @returns {any}
 */
export function workerAddress(address) {
  return policy.createScriptURL(address);
}

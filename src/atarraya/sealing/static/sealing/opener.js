// @ts-check
// Opens many envelopes without holding the tab: a short run of work, then a breath for input and painting.
import { readyIdentity } from "./agefile.js";
import { openWith } from "./envelope.js";
import { SealingError } from "./errors.js";

/** `positions` says at which stanza this circle stands in each numbered list of the inbox; where the list is not
 *  there the key tries every stanza.
 *  @typedef {{secret: string, positions?: Record<number, number>}} Keyholder */
/** @typedef {{id: string, bytes: Bytes, number?: number}} Item number: of the recipient list it was sealed to */
/** code: "opened", "closed" (no key here opens it) or the code of a refusal
 *  @typedef {{id: string, code: string, payload: import("./envelope.js").Payload | null}} Opened */

const RUN = 12; // milliseconds of work between breaths: within one frame on a slow phone

const breath = () => new Promise((resolve) => setTimeout(resolve, 0));

/** @param {readonly Item[]} items @param {readonly (string | Keyholder)[]} identities
 *  @param {(done: number, total: number, opened: Opened) => void} [onProgress] called once for each, in order
 *  @param {{cancelled?: () => boolean}} [options]
 *  @returns {Promise<Opened[]>} in the order given; never throws for an item */
export async function openMany(items, identities, onProgress = () => {}, { cancelled = () => false } = {}) {
  const keys = [];
  for (const key of identities) {
    const { secret, positions } = typeof key === "string" ? { secret: key, positions: undefined } : key;
    keys.push({ identity: await readyIdentity(secret), positions: positions || {} });
  }
  const results = [];
  let since = performance.now();
  for (const item of items) {
    if (cancelled()) break;
    const opened = await openOne(item, keys);
    results.push(opened);
    onProgress(results.length, items.length, opened);
    if (performance.now() - since > RUN) {
      await breath();
      since = performance.now();
    }
  }
  return results;
}

/** @param {Item} item
 *  @param {readonly {identity: import("./envelope.js").X25519Identity, positions: Record<number, number>}[]} keys
 *  @returns {Promise<Opened>} */
async function openOne({ id, bytes, number }, keys) {
  const placed = keys.map(({ identity, positions }) => ({
    identity,
    position: number === undefined ? undefined : positions[number],
  }));
  try {
    const payload = await openWith(bytes, placed);
    return { id, code: payload === null ? "closed" : "opened", payload };
  } catch (error) {
    return { id, code: error instanceof SealingError ? error.code : "envelope_damaged", payload: null };
  }
}

/** Open in a worker. The page makes the worker, because only it may turn a text into a script address.
 *  @param {Worker} worker running opener-worker.js as a module; closed by the caller
 *  @param {readonly Item[]} items @param {readonly (string | Keyholder)[]} identities
 *  @param {(done: number, total: number, opened: Opened) => void} [onProgress]
 *  @returns {Promise<Opened[]>} */
export function openManyIn(worker, items, identities, onProgress = () => {}) {
  return new Promise((resolve, reject) => {
    worker.onerror = () => reject(new SealingError("worker"));
    worker.onmessage = ({ data }) => {
      if (data.results) resolve(data.results);
      else onProgress(data.done, data.total, data.opened);
    };
    worker.postMessage({ items, identities });
  });
}

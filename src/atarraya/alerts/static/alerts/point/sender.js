// @ts-check
// Sends what waits, one at a time, text before slices. The service worker holds a copy of this file.
// Sending twice is harmless: the server keeps one. Nothing is forgotten before the server says it is kept.
import { dropSlice, gone, items, putBack, recall, slices } from "./store.js";

const MINUTE = 60000;
const LONGEST = 15 * MINUTE;
const PATIENCE = 90000; // a 16 KiB slice takes 7 s at 20 kbit/s; a blackout must not hold the queue for ever

/** @param {number} hours since it was written @returns {string} the band that the header tells */
export function ageBand(hours) {
  const bands = /** @type {[number, string][]} */ ([[1, "H1"], [6, "H6"], [24, "D1"], [72, "D3"], [168, "W1"]]);
  const found = bands.find(([limit]) => hours <= limit);
  return found ? found[1] : "OLD";
}

/** @param {number} status @returns {"kept" | "refused" | "later"} */
export function verdict(status) {
  if (status >= 200 && status < 300) return "kept";
  const lasting = [409, 410, 413, 415, 422].includes(status);
  return lasting ? "refused" : "later";
}

/** @param {number} tries @returns {number} milliseconds to wait */
export const pause = (tries) => Math.min(LONGEST, 2000 * 2 ** Math.min(tries, 9));

/** @param {string} address @param {RequestInit} request @param {number} [patience] milliseconds
 *  @returns {Promise<Response>} */
export async function reach(address, request, patience = PATIENCE) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), patience);
  try {
    return await fetch(address, { ...request, cache: "no-store", credentials: "omit", signal: stop.signal });
  } finally {
    clearTimeout(clock);
  }
}

/** @param {IDBDatabase} db @param {string} token @param {import("./store.js").Item} item
 *  @returns {Promise<{id: string, board: string | null} | null>} null: not yet */
async function sendItem(db, token, item) {
  const hours = Math.max(0, (Date.now() - item.hour) / (60 * MINUTE));
  const response = await reach("/api/point/sealed", {
    method: "POST",
    headers: { Authorization: `Point ${token}`, "Content-Type": "application/octet-stream", Waited: ageBand(hours) },
    body: /** @type {BodyInit} */ (item.body),
  });
  const now = verdict(response.status);
  if (now === "kept") {
    const said = await response.json().catch(() => ({}));
    await gone(db, item);
    return { id: item.id, board: said.board || null };
  }
  await putBack(db, { ...item, tries: item.tries + 1, after: Date.now() + pause(item.tries), refused: now === "refused" });
  return null;
}

/** @param {IDBDatabase} db @param {string} token @param {import("./store.js").Slice} slice */
async function sendSlice(db, token, slice) {
  const response = await reach(`/api/point/attachments/${slice.attachment}/${slice.index}`, {
    method: "PUT",
    headers: { Authorization: `Point ${token}`, "Content-Type": "application/octet-stream", "Erase-Hash": slice.erase },
    body: /** @type {BodyInit} */ (slice.body),
  });
  if (verdict(response.status) !== "later") await dropSlice(db, slice.id);
  return response.status;
}

/** Send what may go now. Throws what fetch throws when there is no signal; what was kept before stays forgotten.
 *  @param {IDBDatabase} db @param {boolean} hurry do not wait for an earlier pause
 *  @returns {Promise<{left: number, sent: {id: string, board: string | null}[]}>} what still waits, what left now */
export async function drain(db, hurry) {
  const token = await recall(db, "device");
  const sent = [];
  if (token) {
    const waiting = (await items(db)).filter((item) => item.sends && (hurry || item.after <= Date.now()));
    for (const item of waiting.filter((one) => !one.refused)) {
      const one = await sendItem(db, token, item);
      if (one) sent.push(one);
    }
    for (const slice of await slices(db)) {
      // A full disk or a flood refuses the next slice too; anything else is about this one.
      if (slice.sends && (await sendSlice(db, token, slice)) >= 429) break;
    }
  }
  return { left: await count(db), sent };
}

/** @param {IDBDatabase} db @returns {Promise<number>} items that wait (slices of an item that left count as one) */
export async function count(db) {
  const waiting = (await items(db)).filter((item) => item.sends).map((item) => item.id);
  for (const slice of await slices(db)) if (slice.sends) waiting.push(slice.of);
  return new Set(waiting).size;
}

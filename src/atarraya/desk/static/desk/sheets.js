// @ts-check
// Sheets that wait in this browser, sealed; nothing here opens them. Sent when there is a line: twice is harmless, and
// none is forgotten before the server says that it is kept.
import { ageBand, pause, verdict } from "../alerts/point/sender.js";
import { answer, change } from "../alerts/point/store.js";

const ADDRESS = "/equipo/hojas/";
const NAME = "h";
const HOUR = 3600000;
const PATIENCE = 90000;

/** @typedef {{id: string, body: Uint8Array, hour: number, tries: number, after: number, refused: boolean}} Item */

/** @param {IDBFactory} [factory] @returns {Promise<IDBDatabase>} */
export async function openSheets(factory = indexedDB) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore("box", { keyPath: "id" });
  const db = await answer(request);
  db.onversionchange = () => db.close();
  return db;
}

/** @returns {Promise<boolean>} whether anything was ever written down in this browser: a desk that only looks leaves nothing */
export async function sheetsHere() {
  const found = indexedDB.databases ? await indexedDB.databases() : [];
  return found.some(({ name }) => name === NAME);
}

/** @param {IDBDatabase} db @returns {Promise<Item[]>} */
const items = (db) => answer(db.transaction("box").objectStore("box").getAll());

/** On disk when the promise resolves. @param {IDBDatabase} db @param {{id: string, body: Uint8Array, hour: number}} item */
export const keepSheet = (db, item) =>
  change(db, ["box"], (store) => void store("box").put({ ...item, tries: 0, after: 0, refused: false }));

/** Let go of those that will never be taken: a person has read that they must be written again. @param {IDBDatabase} db */
export async function dropRefused(db) {
  const gone = (await items(db)).filter(({ refused }) => refused);
  await change(db, ["box"], (store) => void gone.forEach(({ id }) => store("box").delete(id)));
}

/** @param {IDBDatabase} db @returns {Promise<{waiting: number, refused: number}>} numbers, and nothing else */
export async function counted(db) {
  const all = await items(db);
  const refused = all.filter((item) => item.refused).length;
  return { waiting: all.length - refused, refused };
}

/** @returns {string} the page's one-time mark */
function mark() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrfmiddlewaretoken]"));
  return field ? field.value : "";
}

/** @param {Item} item @returns {Promise<Response>} */
async function post(item) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE);
  const waited = ageBand(Math.max(0, (Date.now() - item.hour) / HOUR));
  try {
    return await fetch(ADDRESS, {
      method: "POST", cache: "no-store", credentials: "same-origin", redirect: "error", signal: stop.signal,
      headers: { Accept: "application/json", "Content-Type": "application/octet-stream", Waited: waited, "X-CSRFToken": mark() },
      body: /** @type {BodyInit} */ (item.body),
    });
  } finally {
    clearTimeout(clock);
  }
}

/** @param {IDBDatabase} db @param {boolean} hurry do not wait for an earlier pause
 *  @returns {Promise<{left: number, boards: (string | null)[], signedOut: boolean}>} */
async function drain(db, hurry) {
  const boards = [];
  let signedOut = false;
  for (const item of (await items(db)).filter((one) => !one.refused && (hurry || one.after <= Date.now()))) {
    const response = await post(item);
    const now = verdict(response.status);
    signedOut = response.status === 401 || response.status === 403;
    if (now === "kept") {
      boards.push((await response.json().catch(() => ({}))).board || null);
      await change(db, ["box"], (store) => void store("box").delete(item.id));
    } else {
      const next = { ...item, tries: item.tries + 1, after: Date.now() + pause(item.tries), refused: now === "refused" };
      await change(db, ["box"], (store) => void store("box").put(next));
    }
    // Without a session the next one fares no better.
    if (signedOut) break;
  }
  return { left: (await counted(db)).waiting, boards, signedOut };
}

/** @typedef {{waiting: number, refused: number, boards: (string | null)[], signedOut: boolean, line: boolean}} State */

/** Sends what waits now and whenever the line comes back, in one tab at a time.
 *  @param {IDBDatabase} db @param {(state: State) => void} tell after each try
 *  @returns {() => Promise<void>} to try at once */
export function watchSheets(db, tell) {
  let tries = 0;
  let timer = 0;
  const attempt = async (/** @type {boolean} */ hurry) => {
    clearTimeout(timer);
    const locks = /** @type {any} */ (navigator).locks;
    let done = /** @type {{left: number, boards: (string | null)[], signedOut: boolean} | null} */ (null);
    let line = true;
    try {
      const work = () => drain(db, hurry);
      done = locks ? await locks.request("sheets", { ifAvailable: true }, (/** @type {unknown} */ held) => (held ? work() : null)) : await work();
    } catch {
      line = false;
    }
    const now = await counted(db);
    tries = now.waiting > 0 ? tries + 1 : 0;
    tell({ ...now, boards: done ? done.boards : [], signedOut: Boolean(done && done.signedOut), line });
    if (now.waiting > 0) timer = window.setTimeout(() => void attempt(false), Math.min(300000, 3000 * 2 ** Math.min(tries, 7)));
  };
  const soon = () => {
    tries = 0;
    return attempt(true);
  };
  addEventListener("online", () => void soon());
  addEventListener("focus", () => void soon());
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && soon()));
  void soon();
  return soon;
}

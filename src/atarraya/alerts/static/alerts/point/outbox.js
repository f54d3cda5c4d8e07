// @ts-check
// Tries to send: on opening, when the signal comes, when the page is looked at, and by the worker when it is closed.
import { all, find, put, say } from "./dom.js";
import { leftByLine } from "./nodata.js";
import { count, drain } from "./sender.js";
import { now } from "./session.js";
import { items } from "./store.js";

let tries = 0;
let timer = 0;
/** @type {Record<string, (sentence: string) => void>} */
const watched = {};

/** Be told once in words what became of an item. @param {string} id @param {(sentence: string) => void} tell */
export const sentAs = (id, tell) => void (watched[id] = tell);

/** @param {string | null} board @returns {string} */
function left(board) {
  const hours = now.setup && now.setup.network.team_hours ? ` ${say("hours", { n: now.setup.network.team_hours })}` : "";
  if (board === "shown") return say("left-board");
  if (board === "held") return say("left-held") + hours;
  if (board === "team") return say("left-team") + hours;
  return say("left") + hours;
}

/** Show how many wait: a number, and nothing else. */
export async function changed() {
  const waiting = await count(now.db);
  const refused = (await items(now.db)).filter((item) => item.refused).length;
  const words = [];
  if (waiting - refused > 0) words.push(say("pending", { n: waiting - refused }));
  if (!navigator.onLine) words.push(say("no-signal"));
  if (refused > 0) words.push(say("refused", { n: refused }));
  put(find("[data-state]"), words.join(" · "));
  leftByLine([]);
}

/** Ask that the browser keep what waits, and say what it answered, on each screen where something waits (R22). */
export async function sayKept() {
  const { storage } = navigator;
  const kept = storage && storage.persist ? (await storage.persisted()) || (await storage.persist()) : false;
  for (const place of all("[data-kept]")) place.textContent = say(kept ? "stays" : "may-go");
}

/** @param {boolean} hurry */
async function attempt(hurry) {
  const { left: waiting, sent } = await drain(now.db, hurry);
  leftByLine(sent.map(({ id }) => id));
  for (const { id, board } of sent) {
    if (watched[id]) watched[id](left(board));
    delete watched[id];
  }
  return waiting;
}

/** Send what waits; one tab at a time. @param {boolean} [hurry] @returns {Promise<void>} */
export async function send(hurry = false) {
  clearTimeout(timer);
  const locks = /** @type {any} */ (navigator).locks;
  let waiting = 1;
  try {
    const work = () => attempt(hurry);
    waiting = locks ? await locks.request("send", { ifAvailable: true }, (/** @type {unknown} */ lock) => (lock ? work() : 1)) : await work();
    tries = waiting ? tries + 1 : 0;
  } catch {
    tries += 1;
  }
  await changed();
  if (waiting) {
    timer = window.setTimeout(send, Math.min(300000, 3000 * 2 ** Math.min(tries, 7)));
    void later();
  }
}

/** Ask the browser to wake the worker when there is signal, where it can. */
async function later() {
  try {
    const registration = /** @type {any} */ (await navigator.serviceWorker.ready);
    if (registration.sync) await registration.sync.register("send");
  } catch {
    // Private windows and older browsers: the page itself goes on trying.
  }
}

const soon = () => {
  tries = 0;
  return send(true);
};

/** @returns {Promise<void>} when the first try is over */
export function watchSignal() {
  addEventListener("online", soon);
  addEventListener("offline", () => void changed());
  addEventListener("focus", soon);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", () => void changed());
  return soon();
}

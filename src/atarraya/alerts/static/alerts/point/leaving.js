// @ts-check
// Ways out: leave at once to a page that says nothing, cover the page when it is not looked at, clean this phone.
import { forgetAll } from "../../sealing/kept.js";
import { field, find } from "./dom.js";
import { forgetBoard } from "./board.js";
import { notKept } from "./report.js";
import { forget, now, settled, step } from "./session.js";
import { forgetVoice, stop } from "./voice.js";
import { change, items, slices } from "./store.js";

/** Forget everything that is only in memory or in sight. */
function wipe() {
  forgetVoice();
  forget();
  forgetBoard();
  for (const one of document.querySelectorAll("[data-radio], [data-share-text], [data-link], [data-answer-text]")) one.textContent = "";
}

/** One tap, with or without signal: a page that says nothing, in place of this one. */
export const leave = () => leaveTo("/m/");

/** @param {string} address */
function leaveTo(address) {
  document.body.classList.add("covered");
  wipe();
  location.replace(address);
}

const cover = (/** @type {boolean} */ on) => {
  document.body.classList.toggle("covered", on);
  find("[data-cover]").hidden = !on;
};

export const uncover = () => cover(false);

export function watchLooking() {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    cover(true);
    stop();
    if (now.answers) step(notKept);
    if (typeof speechSynthesis !== "undefined") speechSynthesis.cancel();
  });
  addEventListener("pagehide", wipe);
  // A page that the browser kept whole and shows again begins anew.
  addEventListener("pageshow", (/** @type {PageTransitionEvent} */ event) => event.persisted && location.replace("/"));
}

/** Forget this phone: link, copy, page. What waits stays unless asked for, and leaves when the link is opened again. */
export async function clean() {
  if (now.busy) return;
  now.busy = true;
  const names = field("clean-all").checked ? ["keep", "box", "slices"] : ["keep"];
  forget();
  await settled();
  await change(now.db, names, (store) => names.forEach((name) => store(name).clear()));
  const empty = (await items(now.db)).length + (await slices(now.db)).length === 0;
  now.db.close();
  await forgetAll();
  // The worker first: it could make its store anew while this one goes.
  if (navigator.serviceWorker) await retire();
  for (const name of await caches.keys()) await caches.delete(name);
  if (empty) await deleted("c");
  // The page to leave to went with the rest: without signal the browser would complain instead.
  leaveTo((await answers("/m/")) ? "/m/" : "about:blank");
}

/** @param {string} address @returns {Promise<boolean>} */
async function answers(address) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), 3000);
  try {
    return (await fetch(address, { cache: "no-store", credentials: "omit", signal: stop.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(clock);
  }
}

async function retire() {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
}

/** @param {string} name of a store @returns {Promise<void>} when it is gone, or when somebody else still has it open */
const deleted = (name) =>
  new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });

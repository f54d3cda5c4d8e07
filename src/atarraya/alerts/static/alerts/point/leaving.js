// @ts-check
// Ways out: leave at once to a page that says nothing, cover the page when it is not looked at, clean this phone.
import { field, find, put, say } from "./dom.js";
import { forgetBoard } from "./board.js";
import { notKept } from "./report.js";
import { forget, now, step } from "./session.js";
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
export function leave() {
  document.body.classList.add("covered");
  wipe();
  location.replace("/m/");
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
  const names = field("clean-all").checked ? ["keep", "box", "slices"] : ["keep"];
  await change(now.db, names, (store) => names.forEach((name) => store(name).clear()));
  const empty = (await items(now.db)).length + (await slices(now.db)).length === 0;
  now.db.close();
  if (empty) indexedDB.deleteDatabase("c");
  await cleanCaches();
  leave();
}

async function cleanCaches() {
  for (const name of await caches.keys()) await caches.delete(name);
  if (!navigator.serviceWorker) return;
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
}

/** Ask that the browser keep what waits, and say what it answered (R22). */
export async function sayKept() {
  const storage = navigator.storage;
  const kept = storage && storage.persist ? (await storage.persisted()) || (await storage.persist()) : false;
  put(find("[data-kept]"), say(kept ? "stays" : "may-go"));
}

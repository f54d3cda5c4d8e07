// @ts-check
// *Este teléfono*: the link that opened it, the worker that keeps the page, how many phones there are, a new link; and
// the ways out: leave at once to a page that says nothing, cover the page when it is not looked at, clean this phone.
import { forgetAll } from "../../sealing/kept.js";
import { workerAddress } from "../../web/trusted.js";
import { callAs, redeem } from "./api.js";
import { forgetVoice, stop } from "./attach.js";
import { forgetBoard } from "./board.js";
import { field, find, here, onShow, put, say } from "./dom.js";
import { sayKept } from "./outbox.js";
import { quieted } from "./pushing.js";
import { notKept } from "./report.js";
import { forget, now, settled, step } from "./session.js";
import { change, items, recall, remember, slices } from "./store.js";

onShow("phone", () => {
  void sayKept();
  const known = now.known ? now.known.point.phones : 0;
  put(find("[data-phones]"), known ? say("phones", { n: known }) : "");
  void callAs(now.db, "phones").then(async (response) => {
    put(find("[data-phones]"), say("phones", { n: (await response.json()).phones }));
  }).catch(() => {});
});

onShow("change", () => {
  find("[data-change-ask]").hidden = false;
  find("[data-new-link]").hidden = true;
});

/** Second tap: the collective's link changes, here and everywhere. */
export async function changeLink() {
  try {
    const first = await (await callAs(now.db, "change-link", { method: "POST", body: {} })).json();
    const made = await (await callAs(now.db, "change-link", { method: "POST", body: { confirm: first.confirm } })).json();
    const list = await recall(now.db, "list");
    const address = `${location.origin}/#${made.token}.${list ? list.fingerprint.replace(/-/g, "") : ""}`;
    find("[data-change-ask]").hidden = true;
    find("[data-new-link]").hidden = false;
    put(find("[data-link]"), address);
    // This phone opens the new link itself: the old one would stop reading the board here too.
    await remember(now.db, "link", { token: made.token, fingerprint: list ? list.fingerprint : "" });
    await redeem(now.db);
  } catch {
    put(find("[data-state]"), say("need-signal"));
  }
}

/** @returns {string} the new link, to be passed on by hand */
export const newLink = () => String(find("[data-link]").textContent);

/** @param {string} fragment `#token.fingerprint` @returns {{token: string, fingerprint: string} | null} */
export function readFragment(fragment) {
  const found = /^#([0-9A-Za-z-]{20,60})(?:\.([0-9A-Za-z-]{32,40}))?$/.exec(fragment);
  return found ? { token: found[1], fingerprint: found[2] || "" } : null;
}

/** @param {IDBDatabase} db @returns {Promise<void>} */
export async function takeLink(db) {
  const link = readFragment(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (link) await remember(db, "link", link);
}

/** A page of the release before begins anew when another worker takes over, whoever let it, unless somebody is in the
 *  middle of something. Watched from the start: the browser itself may change workers while a page loads. */
export function watchRelease() {
  if (!navigator.serviceWorker || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!now.answers && ["home", "open"].includes(here())) location.replace(location.pathname);
  });
}

/** @param {Promise<void>} tried a worker that still passes on a request is not replaced: browsers wait for it, and longer
 *  if it is woken meanwhile */
export async function watchWorker(tried) {
  if (!("serviceWorker" in navigator)) return;
  try {
    const address = workerAddress(String(document.body.dataset.worker));
    const registration = await navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "all" });
    await tried;
    if (navigator.serviceWorker.controller && registration.waiting && !now.answers) registration.waiting.postMessage("take over");
  } catch {
    // Private windows may refuse it: the page works while it is open.
  }
}

/** Forget everything that is only in memory or in sight. */
function wipe() {
  forgetVoice();
  forget();
  forgetBoard();
  for (const one of document.querySelectorAll("[data-radio], [data-share-text], [data-link], [data-answer-text]")) one.textContent = "";
}

/** One tap, with or without signal: a page that says nothing, in place of this one. */
export function leave() {
  // Nothing more comes to a screen that somebody may be taking: the worker sees to it, whom no page waits for.
  const { serviceWorker } = navigator;
  if (serviceWorker && serviceWorker.controller) serviceWorker.controller.postMessage("quiet");
  leaveTo("/m/");
}

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

/** Forget this phone: notices, link, copy, page. What waits stays unless asked for, and leaves when the link is opened
 *  again. */
export async function clean() {
  if (now.busy) return;
  now.busy = true;
  const told = (await quieted(await ours(), now.db))();
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
  await told;
  // The page to leave to went with the rest: without signal the browser would complain instead.
  leaveTo((await answers("/m/")) ? "/m/" : "about:blank");
}

/** @returns {Promise<ServiceWorkerRegistration | undefined>} this page's worker, where a browser lends one */
export const ours = async () => {
  const { serviceWorker } = navigator;
  return serviceWorker ? serviceWorker.getRegistration("/").catch(() => undefined) : undefined;
};

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

// @ts-check
// *Este teléfono*: the link that opened it, the worker that keeps the page, how many phones there are, a new link.
import { workerAddress } from "../../web/trusted.js";
import { callAs } from "./api.js";
import { find, here, onShow, put, say } from "./dom.js";
import { sayKept } from "./outbox.js";
import { now } from "./session.js";
import { recall, remember } from "./store.js";

onShow("phone", () => {
  void sayKept();
  const known = now.setup ? now.setup.point.phones : 0;
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
    const { redeem } = await import("./opening.js");
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

export async function watchWorker() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const address = workerAddress(String(document.body.dataset.worker));
    const registration = await navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "all" });
    if (navigator.serviceWorker.controller && registration.waiting && !now.answers) registration.waiting.postMessage("take over");
  } catch {
    // Private windows may refuse it: the page works while it is open.
  }
}

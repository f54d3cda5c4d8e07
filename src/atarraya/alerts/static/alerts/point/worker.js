// @ts-check
// The service worker. Before it stands one line of the server's: the release, the pages and the files it keeps (KEPT).
// Keeps the page and what it needs; keeps nothing that the server says. The outbox is never touched by an update.
import { isKeys } from "../../sealing/kept.js";
import { come, quieted, renew, shown } from "./pushing.js";
import { drain } from "./sender.js";
import { openStore } from "./store.js";

const worker = /** @type {any} */ (self);
/** @type {{RELEASE: string, PAGES: string[], FILES: string[], KIT: string[]}} */
const { RELEASE, PAGES, FILES, KIT } = worker.KEPT;

/** Named by what is in it. @param {string} address */
const isFile = (address) => address.startsWith("/static/");

/** From the cache before, if it is the same file: an update costs only what changed.
 *  @param {Cache} cache @param {string} address */
async function take(cache, address) {
  const known = isFile(address) ? await caches.match(address) : undefined;
  const answer = known || (await fetch(address, { cache: isFile(address) ? "default" : "no-cache", credentials: "omit" }));
  if (!answer.ok) throw new TypeError(address);
  await cache.put(address, answer);
}

/** The page in the language it was opened in, and the page to leave to. */
async function pages() {
  const open = await worker.clients.matchAll({ includeUncontrolled: true });
  const paths = open.map((/** @type {any} */ client) => new URL(client.url).pathname);
  for (const address of PAGES) if (await caches.match(address)) paths.push(address);
  return PAGES.filter((address, place) => place === 0 || address === "/m/" || paths.includes(address));
}

/** *Avisar por SMS*: its script, then its screens in each language; kept when the page asks for them, and then on.
 *  @param {Cache} cache @param {string} language */
async function keepKit(cache, language) {
  for (const address of KIT) if (isFile(address) || address === `/k/${language}/`) await take(cache, address);
}

/** @returns {Promise<string[]>} languages in which a release before kept it */
async function kitBefore() {
  const found = [];
  for (const address of KIT) if (!isFile(address) && (await caches.match(address))) found.push(address.slice(3, 5));
  return found;
}

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(RELEASE).then(async (cache) => {
    for (const address of [...(await pages()), ...FILES]) await take(cache, address);
    for (const language of await kitBefore()) await keepKit(cache, language);
  }));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== RELEASE && !isKeys(name)) await caches.delete(name);
    await worker.clients.claim();
  })());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, url } = event.request;
  const address = new URL(url);
  const ours = [...PAGES, ...KIT].includes(address.pathname) || isFile(address.pathname);
  if (method !== "GET" || address.origin !== location.origin || !ours) return;
  event.respondWith(caches.match(address.pathname).then((kept) => kept || fetch(event.request)));
});

worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
  if (event.data.kit) {
    event.waitUntil(caches.open(RELEASE).then(async (cache) => {
      if (!(await cache.match(`/k/${event.data.kit}/`))) await keepKit(cache, event.data.kit);
    }));
  }
  // *Salir ya*: the page has gone already.
  if (event.data === "quiet") event.waitUntil(openStore().then(async (db) => (await quieted(worker.registration, db))()));
});

worker.addEventListener("push", (/** @type {any} */ event) => {
  event.waitUntil(worker.registration.showNotification(...shown(event.data)));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(come(worker.clients, PAGES.filter((address) => address !== "/m/")));
});

worker.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) => {
  event.waitUntil(openStore().then((db) => renew(worker.registration, db, event)));
});

worker.addEventListener("sync", (/** @type {any} */ event) => {
  if (event.tag !== "send") return;
  const work = async () => {
    const { left } = await drain(await openStore(), true);
    for (const client of await worker.clients.matchAll()) client.postMessage("changed");
    if (left > 0) throw new Error("waiting");
  };
  const locks = /** @type {any} */ (navigator).locks;
  event.waitUntil(locks ? locks.request("send", work) : work());
});

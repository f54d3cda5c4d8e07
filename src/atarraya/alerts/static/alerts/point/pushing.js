// @ts-check
// The browser's own part in notices: an address of its maker's for this phone, and what lies on the screen. The page
// cleans with it, and the service worker holds a copy of it.
import { reach } from "./sender.js";
import { recall } from "./store.js";
import { addressOf } from "./wishes.js";

const PATIENCE = 3000;

/** What this phone remembers in `keep` of what it was answered. `shared`: somebody else uses it. `wants`: what was
 *  chosen, until that day. `end`: the server has not been told yet that it ended.
 *  @typedef {{shared?: boolean, end?: boolean, wants?: object[], quiet?: object | null, until?: string}} Hears */

/** @param {string} token @param {string} method @param {unknown} [body] @returns {Promise<Response>} also after the page
 *  has gone; throws when there is no signal */
const ask = (token, method, body) =>
  reach("/api/point/notices", {
    method, body: JSON.stringify(body), keepalive: true,
    headers: { Authorization: `Point ${token}`, "Content-Type": "application/json" },
  }, PATIENCE);

/** Take from the screen what lies there, and give up the address that messages come to. Needs no signal.
 *  @param {ServiceWorkerRegistration | undefined} registration @returns {Promise<boolean>} whether there was one */
async function silence(registration) {
  if (!registration || !registration.pushManager) return false;
  for (const shown of await registration.getNotifications()) shown.close();
  const held = await registration.pushManager.getSubscription();
  return Boolean(held && (await held.unsubscribe()));
}

/** End notices on this phone: the browser's part at once; what is returned then tells the server.
 *  @param {ServiceWorkerRegistration | undefined} registration @param {IDBDatabase} db
 *  @returns {Promise<() => Promise<boolean>>} whether the server knows; neither ever rejects */
export async function quieted(registration, db) {
  // A browser that does not answer must not keep a phone from being cleaned.
  const late = new Promise((done) => setTimeout(done, PATIENCE, true));
  const had = await Promise.race([silence(registration).catch(() => true), late]);
  const [token, hears] = await Promise.all(["device", "hears"].map((key) => recall(db, key).catch(() => undefined)));
  return async () => {
    if (!token || !(had || (hears && (hears.wants || hears.end)))) return true;
    return ask(token, "DELETE").then((answer) => answer.ok, () => false);
  };
}

/** The browser changed the address by itself: the server hears the new one, and what was answered holds as long as
 *  before. Where that cannot be, notices end, and the page says so when it is next opened.
 *  @param {ServiceWorkerRegistration} registration @param {IDBDatabase} db
 *  @param {{newSubscription?: PushSubscription | null, oldSubscription?: PushSubscription | null}} change */
export async function renew(registration, db, { newSubscription: made, oldSubscription: old }) {
  try {
    // Without either address, or with nobody who wanted it, this fails like anything else that cannot be.
    const held = made || (await registration.pushManager.subscribe(/** @type {any} */ (old).options));
    const { wants } = await recall(db, "hears");
    const { ok } = await ask(await recall(db, "device"), "PUT", { way: "push", address: addressOf(held) });
    if (ok && wants) return;
  } catch {
    // As below.
  }
  await (await quieted(registration, db))();
}

/** @param {{json: () => any} | null} data of a message @returns {[string, NotificationOptions]} what is shown: one thing
 *  at a time, and something even when the message is not of our making, as browsers want */
export function shown(data) {
  const said = { title: "·", body: "" };
  try {
    Object.assign(said, /** @type {any} */ (data).json());
  } catch {
    // As it stands.
  }
  return [said.title, /** @type {any} */ ({ body: said.body, tag: "new", renotify: true })];
}

/** To the page if it is open somewhere, else open it. @param {any} clients @param {string[]} pages where it may be */
export async function come(clients, pages) {
  const open = await clients.matchAll({ includeUncontrolled: true });
  const ours = open.find((/** @type {any} */ client) => pages.includes(new URL(client.url).pathname));
  return ours ? ours.focus().catch(() => clients.openWindow("/")) : clients.openWindow("/");
}

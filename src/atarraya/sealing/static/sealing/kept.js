// @ts-check
// Closes what a phone keeps with keys that can really go. What a database deletes lies on the disk until the browser
// writes that file anew, which may be never; each key here is a file of its own, in a cache, and what it closed is noise
// once it is deleted. The service worker holds a copy of this file.

const KEYS = "k";

/** @param {string} name of a cache @returns {boolean} whether it is the one of keys, which no update may delete */
export const isKeys = (name) => name === KEYS;

/** Two tabs must not make two keys for one thing. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
const alone = (work) => {
  const locks = /** @type {any} */ (navigator).locks;
  return locks ? locks.request("keys", work) : work();
};

/** @param {string} name @param {boolean} make it if there is none @returns {Promise<CryptoKey | null>} */
async function keyOf(name, make) {
  const cache = await caches.open(KEYS);
  const file = await cache.match(`/k/${name}`);
  let bytes = file ? new Uint8Array(await file.arrayBuffer()) : null;
  if (!bytes && make) {
    bytes = crypto.getRandomValues(new Uint8Array(32));
    await cache.put(`/k/${name}`, new Response(bytes));
  }
  return bytes && crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** @param {string} name @param {Uint8Array} iv */
const how = (name, iv) => ({ name: "AES-GCM", iv: /** @type {BufferSource} */ (iv), additionalData: new TextEncoder().encode(name) });

/** @typedef {{iv: Uint8Array, data: Uint8Array}} Closed */

/** @param {string} name @param {unknown} value anything JSON can say @returns {Promise<Closed>} */
export async function closeKept(name, value) {
  const key = /** @type {CryptoKey} */ (await alone(() => keyOf(name, true)));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(how(name, iv), key, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data: new Uint8Array(data) };
}

/** @param {string} name @param {Closed | undefined} closed @returns {Promise<any>} undefined if there is nothing, or if
 *  its key has gone */
export async function openKept(name, closed) {
  if (!closed) return undefined;
  const key = await keyOf(name, false);
  if (!key) return undefined;
  try {
    const plain = await crypto.subtle.decrypt(how(name, closed.iv), key, /** @type {BufferSource} */ (closed.data));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}

/** @param {string} name @returns {Promise<void>} */
export async function forgetKept(name) {
  await (await caches.open(KEYS)).delete(`/k/${name}`);
}

/** Forget every key, one by one: a cache deleted whole leaves its files until the browser starts again.
 *  @returns {Promise<void>} */
export async function forgetAll() {
  const cache = await caches.open(KEYS);
  for (const address of await cache.keys()) await cache.delete(address);
}

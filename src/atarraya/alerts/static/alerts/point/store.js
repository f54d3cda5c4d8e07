// @ts-check
// What this phone keeps: a token, public keys and what was asked for in `keep`, each closed with a key that can go;
// sealed files in `box` and sealed slices in `slices`, which nothing on the phone opens. The service worker holds a copy
// of this file.
import { closeKept, forgetKept, openKept } from "../../sealing/kept.js";

const NAME = "c";

/** A sealed file on its way: `hour` is when it was written, cut to the hour; `sends` false while it is unfinished.
 *  @typedef {{id: string, body: Uint8Array, hour: number, sends: boolean, tries: number, after: number, refused: boolean}} Item */
/** @typedef {{id: string, of: string, attachment: string, index: number, erase: string, body: Uint8Array, sends: boolean}} Slice */

/** Steps from each version to the next. Never removed, never changed: an update must not lose a full outbox.
 *  @type {((db: IDBDatabase) => void)[]} */
export const MIGRATIONS = [
  (db) => {
    db.createObjectStore("keep");
    db.createObjectStore("box", { keyPath: "id" });
    db.createObjectStore("slices", { keyPath: "id" }).createIndex("of", "of");
  },
];

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBFactory} [factory] @returns {Promise<IDBDatabase>} */
export function openStore(factory = indexedDB) {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, MIGRATIONS.length);
    request.onupgradeneeded = (event) => {
      for (const step of MIGRATIONS.slice(event.oldVersion)) step(request.result);
    };
    request.onsuccess = () => {
      const db = request.result;
      // Another tab brings a newer version: step aside, or it waits for ever.
      db.onversionchange = () => db.close();
      resolve(db);
    };
    request.onerror = () => reject(request.error);
  });
}

/** Run `work` in one transaction that is on disk when the promise resolves.
 *  @template T @param {IDBDatabase} db @param {string[]} names
 *  @param {(store: (name: string) => IDBObjectStore) => Promise<T> | T} work @returns {Promise<T>} */
export function change(db, names, work) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, "readwrite", { durability: "strict" });
    /** @type {T} */
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    Promise.resolve(work((name) => transaction.objectStore(name))).then(
      (value) => {
        result = value;
      },
      (error) => {
        reject(error);
        try {
          transaction.abort();
        } catch {
          // It ended by itself.
        }
      },
    );
  });
}

/** @param {IDBDatabase} db @param {string} key @returns {Promise<any>} */
export const recall = async (db, key) =>
  openKept(key, await answer(db.transaction("keep").objectStore("keep").get(key)));

/** @param {IDBDatabase} db @param {string} key @param {any} value */
async function write(db, key, value) {
  const closed = value === undefined ? undefined : await closeKept(key, value);
  await change(db, ["keep"], (store) => void (closed ? store("keep").put(closed, key) : store("keep").delete(key)));
  if (!closed) await forgetKept(key);
}

let writing = Promise.resolve();

/** In the order of asking: what was forgotten last stays forgotten.
 *  @param {IDBDatabase} db @param {string} key @param {any} value undefined forgets it @returns {Promise<void>} */
export function remember(db, key, value) {
  const done = writing.then(() => write(db, key, value));
  writing = done.catch(() => {});
  return done;
}

/** @param {IDBDatabase} db @returns {Promise<Item[]>} */
export const items = (db) => answer(db.transaction("box").objectStore("box").getAll());

/** @param {IDBDatabase} db @returns {Promise<Slice[]>} */
export const slices = (db) => answer(db.transaction("slices").objectStore("slices").getAll());

/** @param {IDBDatabase} db @param {string} id of a slice */
export const dropSlice = (db, id) =>
  change(db, ["slices"], (store) => {
    store("slices").delete(id);
  });

/** @param {IDBDatabase} db @param {Item} item it left: forget it, keep its slices to follow */
export const gone = (db, item) =>
  change(db, ["box"], (store) => {
    store("box").delete(item.id);
  });

/** @param {IDBDatabase} db @param {Item} item with its new tries */
export const putBack = (db, item) =>
  change(db, ["box"], (store) => {
    store("box").put(item);
  });

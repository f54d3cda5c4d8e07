// @ts-check
// Takes the link's secret out of the address before anything else happens.
import { remember } from "./store.js";

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

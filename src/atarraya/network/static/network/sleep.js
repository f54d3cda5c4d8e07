// @ts-check
// A locked tab that a short number reopens. What is stored is sealed under both the number and the server's half.
import { post, Refused } from "./api.js";
import { concat, fromB64, random, text, toB64, utf8 } from "../sealing/bytes.js";
import { readBundle } from "../sealing/bundle.js";

const PLACE = "asleep";
const KEEP = "/equipo/numero/guardar";
const GIVE = "/equipo/numero/abrir";
const ROUNDS = 300000;

/** @typedef {{salt: string, sealed: string}} Asleep */

/** @returns {Asleep | null} */
export function readAsleep() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) || "null");
  } catch {
    return null;
  }
}

export function forgetSleep() {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    return;
  }
}

/** @param {string} pin @param {Bytes} salt @returns {Promise<{proof: Bytes, own: Bytes}>} */
async function stretch(pin, salt) {
  const key = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 512));
  return { proof: bits.slice(0, 32), own: bits.slice(32) };
}

/** @param {Bytes} own @param {Bytes} half @returns {Promise<CryptoKey>} */
async function jointKey(own, half) {
  const base = await crypto.subtle.importKey("raw", concat(own, half), "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: utf8("atarraya reopening") };
  return crypto.subtle.deriveKey(parameters, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {string} pin @param {import("../sealing/bundle.js").Bundle} bundle throws "pin_short" */
export async function fallAsleep(pin, bundle) {
  if (!/^[0-9]{4,12}$/.test(pin)) throw Object.assign(new Error("pin_short"), { code: "pin_short" });
  const salt = random(16);
  const { proof, own } = await stretch(pin, salt);
  const { half } = await post(KEEP, { proof: toB64(proof) });
  const nonce = random(12);
  const key = await jointKey(own, fromB64(half, 32));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, utf8(JSON.stringify(bundle))));
  sessionStorage.setItem(PLACE, JSON.stringify({ salt: toB64(salt), sealed: toB64(concat(nonce, sealed)) }));
}

/** @param {string} pin @returns {Promise<import("../sealing/bundle.js").Bundle | null>} null: not this number, a try is
 *  gone; throws Refused "pin_gone" when the server keeps no half any more (and forgets the copy here) */
export async function wake(pin) {
  const asleep = readAsleep();
  if (!asleep) throw new Refused(403, "pin_gone", "");
  const { proof, own } = await stretch(pin, fromB64(asleep.salt, 16));
  try {
    const { half } = await post(GIVE, { proof: toB64(proof) });
    const bytes = fromB64(asleep.sealed);
    const key = await jointKey(own, fromB64(half, 32));
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, key, bytes.slice(12));
    return readBundle(text(new Uint8Array(plain)));
  } catch (fault) {
    if (fault instanceof Refused && fault.code === "pin") return null;
    if (fault instanceof Refused && fault.code === "pin_gone") forgetSleep();
    throw fault;
  }
}

// @ts-check
// The keyring of a tab: a member's key and the keys of their circles, open in memory only.
//
//   (take `keyring` of network/keyring.js)
//   await keyring.load()                 fetch what the server keeps for me (age files, public lists); opens nothing
//   keyring.state                        "unknown" | "none" (no key yet) | "locked" | "sleeping" | "open"
//   await keyring.openWithPhrase(words)  → boolean; throws code "phrase_words" for what is not seven listed words
//   await keyring.openWithCode(code)     → boolean; throws code "check" on a slip (the recovery sheet)
//   await keyring.openWithPasskey()      → boolean; only where keyring.hasPasskey
//   await keyring.setPin(pin)            lets this tab sleep instead of lock, for four hours (needs "open")
//   await keyring.openWithPin(pin)       → boolean; only when "sleeping"; three tries, counted by the server
//   keyring.me                           {id, alias, state, public: {age, ed25519}} (after load)
//   keyring.bundle                       my own bundle {v, age, ed25519}, or null when not open
//   keyring.circles                      [{id, name, purpose, current, owes_epoch, offline_recipient,
//                                          epochs: [{number, recipient, signing_key, day, bundle}], bundle}]
//                                        `bundle` is the present epoch's; empty when not open
//   keyring.identities                   every AGE-SECRET-KEY-1… of my circles, newest epoch first
//   await keyring.inboxes()              [{id, name, fingerprint, circles, list}] with the chain of lists checked
//                                        against what this browser saw before; {id, name, refused: code} if it fails
//   await keyring.countersign()          sign today's head of the trail, once a day; false when not open or refused
//   keyring.secondsLeft                  until it locks by itself; any touch or key starts the five minutes again
//   keyring.rest()                       lock now, sleeping if a PIN was set
//   await keyring.lockNow()              lock for good: forgets the sleeping copy here and the server's half
//   keyring.onChange(fn)                 fn() whenever the state changes; returns a function that stops it
//
// What lies in sessionStorage while it sleeps is sealed under the PIN and a half that only the server holds (it
// forgets it after three wrong tries or four hours). Nothing else of a key is ever stored by this page.
import { get, post } from "./api.js";
import { openFiles, signHead } from "./keyfiles.js";
import { checkedLists } from "./liststate.js";
import { readAsleep, wake, fallAsleep, forgetSleep } from "./sleep.js";
import { openBundleWithCode, openBundleWithPhrase, publicHalf } from "../sealing/bundle.js";
import { fromB64 } from "../sealing/bytes.js";
import { openBundleWithPasskey, passkeyPossible } from "../sealing/passkey.js";

export const IDLE_SECONDS = 300;
const FILES = "/equipo/llaves.json";
const FORGET = "/equipo/numero/olvidar";

/** @typedef {import("../sealing/bundle.js").Bundle} Bundle */

class Keyring {
  /** @type {any} */ #kept = null;
  /** @type {Bundle | null} */ #own = null;
  /** @type {any[]} */ #circles = [];
  /** @type {Set<() => void>} */ #listeners = new Set();
  #touched = 0;
  #timer = 0;

  get state() {
    if (this.#own) return "open";
    if (!this.#kept) return "unknown";
    if (!this.#kept.files.phrase) return "none";
    return readAsleep() ? "sleeping" : "locked";
  }

  get me() {
    return this.#kept ? this.#kept.member : null;
  }

  get network() {
    return this.#kept ? this.#kept.network : null;
  }

  get hasPasskey() {
    return Boolean(this.#kept && this.#kept.files.passkey && passkeyPossible());
  }

  get bundle() {
    return this.#own;
  }

  get circles() {
    return this.#circles;
  }

  get identities() {
    return this.#circles.flatMap((circle) => circle.epochs.map((/** @type {any} */ epoch) => epoch.bundle.age)).reverse();
  }

  get secondsLeft() {
    return this.#own ? Math.max(0, IDLE_SECONDS - Math.floor((Date.now() - this.#touched) / 1000)) : 0;
  }

  /** @returns {Promise<void>} */
  async load() {
    this.#kept = await get(FILES);
    if (this.#own) this.#circles = await openFiles(this.#kept.circles, this.#own);
    this.#tell();
  }

  /** @param {string} words @returns {Promise<boolean>} */
  async openWithPhrase(words) {
    return this.#take(await openBundleWithPhrase(await this.#file("phrase"), words));
  }

  /** @param {string} code @returns {Promise<boolean>} */
  async openWithCode(code) {
    return this.#take(await openBundleWithCode(await this.#file("code"), code));
  }

  /** @returns {Promise<boolean>} */
  async openWithPasskey() {
    const file = await this.#file("passkey");
    return this.#take(await openBundleWithPasskey(file, this.#kept.files.passkey_name));
  }

  /** @param {string} pin four digits or more @returns {Promise<void>} throws "locked" */
  async setPin(pin) {
    if (!this.#own) throw Object.assign(new Error("locked"), { code: "locked" });
    await fallAsleep(pin, this.#own);
    this.#tell();
  }

  /** @param {string} pin @returns {Promise<boolean>} false: not this number; throws when no try is left */
  async openWithPin(pin) {
    if (!this.#kept) await this.load();
    return this.#take(await wake(pin));
  }

  /** @param {Bundle} bundle a key just made or opened otherwise in this page @returns {Promise<boolean>} */
  async use(bundle) {
    return this.#take(bundle);
  }

  async inboxes() {
    if (!this.#kept) await this.load();
    return Promise.all(this.#kept.inboxes.map(checkedLists));
  }

  async countersign() {
    if (!this.#own || !this.#kept.head.number) return false;
    return signHead(this.#kept, this.#own).catch(() => false);
  }

  rest() {
    this.#own = null;
    this.#circles = [];
    clearInterval(this.#timer);
    this.#tell();
  }

  async lockNow() {
    const slept = readAsleep() !== null;
    forgetSleep();
    this.rest();
    if (slept) await post(FORGET, {}, { keepalive: true }).catch(() => null);
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {"phrase" | "code" | "passkey"} name */
  async #file(name) {
    if (!this.#kept) await this.load();
    const file = this.#kept.files[name];
    if (!file) throw Object.assign(new Error("none"), { code: "none" });
    return fromB64(file);
  }

  /** @param {Bundle | null} bundle */
  async #take(bundle) {
    if (!bundle) return false;
    if (!this.#kept) await this.load();
    const half = await publicHalf(bundle);
    // A file of another key (a server that mixes up two members) opens nothing here.
    if (half.age !== this.#kept.member.public.age) return false;
    this.#circles = await openFiles(this.#kept.circles, bundle);
    this.#own = bundle;
    this.#touch();
    clearInterval(this.#timer);
    this.#timer = window.setInterval(() => this.#watch(), 1000);
    this.#tell();
    return true;
  }

  #touch() {
    this.#touched = Date.now();
  }

  #watch() {
    if (this.#own && this.secondsLeft === 0) this.rest();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }

  /** Count touches and keys, and look at the clock as soon as the page is seen again (timers sleep in the dark). */
  attend() {
    for (const name of ["pointerdown", "keydown", "touchstart", "wheel"]) {
      addEventListener(name, () => this.#own && this.secondsLeft > 0 && this.#touch(), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => this.#watch());
    addEventListener("pagehide", () => this.rest());
  }
}

export const keyring = new Keyring();
keyring.attend();

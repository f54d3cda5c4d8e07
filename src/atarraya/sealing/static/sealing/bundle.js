// @ts-check
// The key bundle of a member or of a circle's epoch, and its sealed copies. Every copy is a plain age file, so that
// paper and the age tool are enough to open it.
import { bech32, Decrypter, ed25519, Encrypter, generateX25519Identity, identityToRecipient } from "../vendor/age.js";
import { sealTo } from "./agefile.js";
import { checkCharacter, fromB64, grouped, plainCrockford, random, text, toB64, toCrockford, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";
import { drawWords, plainWords, unknownWords } from "./words.js";

/** @typedef {{v: 1, age: string, ed25519: string, sms?: string, odk?: string, [member: string]: unknown}} Bundle */
/** @typedef {{age: string, ed25519: string, sms?: string, odk?: string}} PublicHalf */

export const PHRASE_WORDS = 7;
const WORK_FACTOR = 15; // 2^15: 32 MiB and a third of a second on a computer; the phrase has 77 bits
const MOST_WORK = 17;
const CODE_CHARACTERS = 32; // 160 bits

/** @returns {Promise<Bundle>} */
export async function newBundle() {
  return { v: 1, age: await generateX25519Identity(), ed25519: toB64(random(32)) };
}

/** The bundle of a circle's epoch: with the X25519 key of sealed SMS and the RSA key of ODK forms.
 *  @returns {Promise<Bundle>} */
export async function newCircleBundle() {
  return { ...(await newBundle()), sms: toB64(random(32)), odk: await newOdkKey() };
}

/** @param {Bundle} bundle @returns {Promise<PublicHalf>} `sms` and `odk` where the bundle has them */
export async function publicHalf(bundle) {
  const seed = fromB64(bundle.ed25519, 32);
  /** @type {PublicHalf} */
  const half = { age: await identityToRecipient(bundle.age), ed25519: toB64(ed25519.getPublicKey(seed)) };
  if (bundle.sms !== undefined) half.sms = await smsPublic(bundle.sms);
  if (bundle.odk !== undefined) half.odk = await odkPublic(bundle.odk);
  return half;
}

const RSA = { name: "RSA-OAEP", hash: "SHA-256" };

/** @returns {Promise<string>} b64 of the PKCS#8 DER of a new RSA key, 3072 bits */
async function newOdkKey() {
  const make = { ...RSA, modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) };
  const { privateKey } = await crypto.subtle.generateKey(make, true, ["encrypt", "decrypt"]);
  return toB64(new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)));
}

/** @param {string} secret b64 PKCS#8 DER @returns {Promise<string>} b64 of its public key's SPKI DER */
async function odkPublic(secret) {
  const { n, e, kty } = await crypto.subtle.exportKey(
    "jwk", await crypto.subtle.importKey("pkcs8", fromB64(secret), RSA, true, ["decrypt"]),
  );
  const key = await crypto.subtle.importKey("jwk", { n, e, kty }, RSA, true, ["encrypt"]);
  return toB64(new Uint8Array(await crypto.subtle.exportKey("spki", key)));
}

/** The same curve as age's: its identity is a secret of 32 bytes, spelled otherwise.
 *  @param {string} secret b64 @returns {Promise<string>} b64 of its public key */
async function smsPublic(secret) {
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", fromB64(secret, 32)).toUpperCase();
  return toB64(bech32.decodeToBytes(await identityToRecipient(identity)).bytes);
}

/** @param {string} source @returns {Bundle} with members it does not know; throws "bundle_shape" */
export function readBundle(source) {
  try {
    const bundle = JSON.parse(source);
    if (bundle.v === 1 && /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(bundle.age)) {
      fromB64(bundle.ed25519, 32);
      if (bundle.sms !== undefined) fromB64(bundle.sms, 32);
      if (bundle.odk !== undefined && fromB64(bundle.odk).length < 1024) throw new SealingError("bundle_shape");
      return bundle;
    }
  } catch {
    throw new SealingError("bundle_shape");
  }
  throw new SealingError("bundle_shape");
}

/** @param {Bundle} bundle */
const written = (bundle) => utf8(JSON.stringify(readBundle(JSON.stringify(bundle))));

/** @returns {string[]} seven words, 77 bits */
export const newPhrase = () => drawWords(PHRASE_WORDS);

/** @returns {string} 160 bits and a check character, in groups: M5G9-V151-… */
export function newCode() {
  const plain = toCrockford(random(20));
  return grouped(plain + checkCharacter(plain));
}

/** @param {string | readonly string[]} phrase @returns {string} throws "phrase_words" */
function plainPhrase(phrase) {
  const words = plainWords(phrase);
  if (words.length !== PHRASE_WORDS || unknownWords(words).length > 0) throw new SealingError("phrase_words");
  return words.join(" ");
}

/** @param {string} code as typed @returns {string} as printed; throws "check" or "crockford" */
function plainCode(code) {
  const plain = plainCrockford(code);
  const body = plain.slice(0, -1);
  if (body.length !== CODE_CHARACTERS || checkCharacter(body) !== plain.slice(-1)) throw new SealingError("check");
  return grouped(plain);
}

/** @param {Bundle} bundle @param {string} secret @returns {Promise<Bytes>} */
async function sealWithSecret(bundle, secret) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(secret);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  return encrypter.encrypt(written(bundle));
}

/** @param {Bytes} file @param {(decrypter: import("../vendor/age.js").Decrypter) => void} addKey @returns {Promise<Bundle | null>} */
export async function openBundle(file, addKey) {
  const decrypter = new Decrypter();
  addKey(decrypter);
  let plaintext;
  try {
    plaintext = await decrypter.decrypt(file);
  } catch {
    return null;
  }
  return readBundle(text(plaintext));
}

/** @param {Bytes} file @param {string} secret */
async function openWithSecret(file, secret) {
  const head = String.fromCharCode(...file.subarray(0, 80));
  const factor = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n/.exec(head);
  if (!factor || Number(factor[1]) > MOST_WORK) throw new SealingError("bundle_work");
  return openBundle(file, (decrypter) => decrypter.addPassphrase(secret));
}

/** @param {Bundle} bundle @param {string | readonly string[]} phrase @returns {Promise<Bytes>} */
export const sealBundleForPhrase = async (bundle, phrase) => sealWithSecret(bundle, plainPhrase(phrase));

/** @param {Bytes} file @param {string | readonly string[]} phrase @returns {Promise<Bundle | null>} null: not this
 *  phrase; throws "phrase_words" when these are not seven words of the list */
export const openBundleWithPhrase = async (file, phrase) => openWithSecret(file, plainPhrase(phrase));

/** @param {Bundle} bundle @param {string} code @returns {Promise<Bytes>} */
export const sealBundleForCode = async (bundle, code) => sealWithSecret(bundle, plainCode(code));

/** @param {Bytes} file @param {string} code @returns {Promise<Bundle | null>} null: another code; throws "check" on a slip */
export const openBundleWithCode = async (file, code) => openWithSecret(file, plainCode(code));

/** One file that any of these opens. Make one per member where each is stored apart.
 *  @param {Bundle} bundle @param {string | readonly string[]} recipients age1… @returns {Promise<Bytes>} */
export async function sealBundleTo(bundle, recipients) {
  return sealTo(written(bundle), typeof recipients === "string" ? [recipients] : recipients);
}

/** @param {Bytes} file @param {string} identity AGE-SECRET-KEY-1… @returns {Promise<Bundle | null>} */
export async function openBundleWith(file, identity) {
  return openBundle(file, (decrypter) => decrypter.addIdentity(identity));
}

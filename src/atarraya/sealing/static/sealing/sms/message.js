// @ts-check
// A whole sealed SMS: 160 letters and digits, always. It opens to one key and names nobody. The same as
// sealing/sms/message.py: version (4 bits) and the number of the inbox's list (12 bits) · HPKE's key (32 bytes) ·
// sealed: head, text, tag.
import { Chacha20Poly1305, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../../vendor/hpke.js";
import { concat, fromB64, utf8 } from "../bytes.js";
import { SealingError } from "../errors.js";
import * as fivebit from "./fivebit.js";
import { pack as packHead, SIZE, unpack as unpackHead } from "./head.js";
import * as model from "./model.js";

/** @typedef {import("./head.js").Head} Head */
/** What anybody sees of one: `number` is the list's, but for multiples of 4,096.
 *  @typedef {{number: number, key: Bytes, inside: Bytes}} Sealed */

const VERSION = 1;
const LENGTH = 160;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BYTES = 119;
const NUMBERS = 4096;
export const ROOM = BYTES - 2 - 32 - 16 - SIZE; // bytes of text

/** A suite of its own each time: it holds keys between calls. */
const suite = () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

/** What a message is tied to beside its key: it opens as no other inbox's, list's or version's.
 *  @param {string} inbox @param {number} number @returns {Bytes} */
const info = (inbox, number) => utf8(`atarraya sms ${VERSION} ${inbox} ${number}`);

/** @param {Sealed} sealed @param {number} current @returns {number} the newest list's number up to `current` that it may
 *  have been sealed by; 0 or less: none */
export const fullNumber = (sealed, current) => current - ((((current - sealed.number) % NUMBERS) + NUMBERS) % NUMBERS);

/** @param {Head} head @param {string} text in LETTERS @returns {Bytes} what is sealed: always as long; throws "sms_long" */
export function pack(head, text) {
  const flags = head.flags.filter((flag) => flag !== "FIVE");
  const modelled = model.encode(text, ROOM);
  const coded = modelled || fivebit.encode(text, ROOM);
  if (coded === null) throw new SealingError("sms_long");
  return concat(packHead({ ...head, flags: modelled ? flags : [...flags, "FIVE"] }), coded);
}

/** @param {Bytes} plaintext @returns {{head: Head, text: string}} throws "sms_damaged" for what `pack` never gives */
export function unpack(plaintext) {
  if (plaintext.length !== SIZE + ROOM) throw new SealingError("sms_damaged");
  const head = unpackHead(plaintext.slice(0, SIZE));
  const coded = plaintext.slice(SIZE);
  const text = head.flags.includes("FIVE") ? fivebit.decode(coded) : model.decode(coded);
  return { head: { ...head, flags: head.flags.filter((flag) => flag !== "FIVE") }, text };
}

/** @param {string} text in LETTERS @returns {boolean} whether it has room in one message */
export const fits = (text) => model.encode(text, ROOM) !== null || fivebit.encode(text, ROOM) !== null;

/** @param {Head} head @param {string} text in LETTERS
 *  @param {{key: string, inbox: string, number: number}} to the inbox's SMS key (b64) in the list of that number
 *  @returns {Promise<string>} the message; throws "sms_long" */
export async function seal(head, text, { key, inbox, number }) {
  const hpke = suite();
  const recipientPublicKey = await hpke.kem.deserializePublicKey(fromB64(key, 32));
  const { ct, enc } = await hpke.seal({ recipientPublicKey, info: info(inbox, number) }, pack(head, text));
  return write({ number: number % NUMBERS, key: new Uint8Array(enc), inside: new Uint8Array(ct) });
}

/** @param {Sealed} sealed @param {{secret: string, inbox: string, number: number}} by a key (b64) and the list to try
 *  @returns {Promise<{head: Head, text: string} | null>} null: damaged, or another key's */
export async function open(sealed, { secret, inbox, number }) {
  const hpke = suite();
  const recipientKey = await hpke.kem.importKey("raw", fromB64(secret, 32), false);
  try {
    return unpack(new Uint8Array(await hpke.open({ recipientKey, enc: sealed.key, info: info(inbox, number) }, sealed.inside)));
  } catch {
    return null;
  }
}

/** @param {Sealed} sealed @returns {string} its 160 letters and digits */
export function write({ number, key, inside }) {
  const start = (VERSION << 12) | number;
  let value = fivebit.toNumber(concat(Uint8Array.of(start >> 8, start & 255), key, inside));
  let text = "";
  for (let place = 0; place < LENGTH; place++) {
    text = DIGITS[Number(value % 62n)] + text;
    value /= 62n;
  }
  return text;
}

/** @param {string} text of a received SMS @returns {Sealed} throws "sms_damaged" when it is no sealed message of a known
 *  version */
export function read(text) {
  const letters = text.trim();
  if (!/^[0-9A-Za-z]{160}$/.test(letters)) throw new SealingError("sms_damaged");
  let value = 0n;
  for (const letter of letters) value = value * 62n + BigInt(DIGITS.indexOf(letter));
  if (value >> BigInt(8 * BYTES) !== 0n) throw new SealingError("sms_damaged");
  const whole = fivebit.toBytes(value, BYTES);
  if (whole[0] >> 4 !== VERSION) throw new SealingError("sms_damaged");
  return { number: ((whole[0] & 15) << 8) | whole[1], key: whole.slice(2, 34), inside: whole.slice(34) };
}

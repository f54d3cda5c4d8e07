// @ts-check
// The envelope: an account sealed to every circle of an inbox at once, each in its place, with decoys for those
// that are not addressed, and filled up to a bucket so that its size says nothing.
import { Decrypter, generateX25519Identity, identityToRecipient } from "../vendor/age.js";
import { NONCE_AND_TAG, plainRecipient, readHeader, readyIdentity, sealTo, unwrap } from "./agefile.js";
import { be32, concat, text, utf8 } from "./bytes.js";
import { EnvelopeRefused, SealingError } from "./errors.js";

/** @typedef {{v: 1, type: string, [member: string]: unknown}} Payload */
/** @typedef {import("../vendor/age.js").X25519Identity} X25519Identity */
/** A key and, where known, the only stanza it can open.
 *  @typedef {{secret: string, position?: number}} Placed */

export const BUCKETS = [2048, 8192, 32768];
export const MOST_STANZAS = 6;

/** @param {Payload} payload @returns {{size: number, bucket: number}} bytes it takes and the bucket it falls in;
 *  bucket 0 when it fits none */
export function measure(payload) {
  const size = utf8(JSON.stringify(payload)).length + 4;
  return { size, bucket: BUCKETS.find((bucket) => size <= bucket) || 0 };
}

/** @param {Payload} payload @returns {Bytes} length, JSON, zeros */
function pad(payload) {
  if (payload.v !== 1 || typeof payload.type !== "string") throw new EnvelopeRefused("payload_shape");
  const json = utf8(JSON.stringify(payload));
  const { bucket } = measure(payload);
  if (bucket === 0) throw new EnvelopeRefused("envelope_too_long");
  return concat(be32(json.length), json, new Uint8Array(bucket - 4 - json.length));
}

/** @param {Bytes} plaintext @returns {Payload} */
function unpad(plaintext) {
  if (!BUCKETS.includes(plaintext.length)) throw new EnvelopeRefused("envelope_padding");
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
  if (length > plaintext.length - 4) throw new EnvelopeRefused("envelope_padding");
  if (plaintext.subarray(4 + length).some((byte) => byte !== 0)) throw new EnvelopeRefused("envelope_padding");
  let payload;
  try {
    payload = JSON.parse(text(plaintext.subarray(4, 4 + length)));
  } catch {
    throw new EnvelopeRefused("payload_shape");
  }
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) throw new EnvelopeRefused("payload_shape");
  if (payload.v !== 1) throw new EnvelopeRefused("envelope_version");
  if (typeof payload.type !== "string") throw new EnvelopeRefused("payload_shape");
  return payload;
}

/** Seal to the circles of an inbox, in its order. All-false `addressed` makes an envelope that nobody opens.
 *  @param {{payload: Payload, recipients: readonly string[], addressed: readonly boolean[]}} what
 *  @returns {Promise<Bytes>} a binary age file; throws EnvelopeRefused */
export async function sealEnvelope({ payload, recipients, addressed }) {
  if (recipients.length < 1 || recipients.length > MOST_STANZAS) throw new EnvelopeRefused("recipients_count");
  if (addressed.length !== recipients.length) throw new EnvelopeRefused("addressed_count");
  const plaintext = pad(payload);
  const places = [];
  for (let i = 0; i < recipients.length; i++) {
    const decoy = await identityToRecipient(await generateX25519Identity());
    places.push(addressed[i] ? refusing(() => plainRecipient(recipients[i])) : decoy);
  }
  return sealTo(plaintext, places);
}

/** @template T @param {() => T} act @returns {T} with any SealingError as an EnvelopeRefused */
function refusing(act) {
  try {
    return act();
  } catch (error) {
    throw error instanceof SealingError ? new EnvelopeRefused(error.code) : error;
  }
}

/** Open with whatever keys are here.
 *  @param {Bytes} bytes
 *  @param {readonly (string | Placed)[]} identities AGE-SECRET-KEY-1…, or with the position of its circle, which
 *  is then the only stanza tried
 *  @returns {Promise<Payload | null>} null: none of these keys opens it; throws EnvelopeRefused if it is no envelope
 *  or was altered. Unknown members are kept. */
export async function openEnvelope(bytes, identities) {
  const keys = [];
  for (const identity of identities) {
    const { secret, position } = typeof identity === "string" ? { secret: identity, position: undefined } : identity;
    keys.push({ identity: await readyIdentity(secret), position });
  }
  return openWith(bytes, keys);
}

/** The same with imported keys, for many envelopes.
 *  @param {Bytes} bytes @param {readonly {identity: X25519Identity, position?: number}[]} keys
 *  @returns {Promise<Payload | null>} */
export async function openWith(bytes, keys) {
  const { stanzas, payload } = refusing(() => readHeader(bytes));
  const legal = stanzas.length >= 1 && stanzas.length <= MOST_STANZAS;
  if (!legal || !BUCKETS.includes(payload - NONCE_AND_TAG)) throw new EnvelopeRefused("envelope_shape");
  for (const { identity, position } of keys) {
    const fileKey = await unwrap(identity, stanzas, position);
    if (fileKey !== null) return unpad(await decrypt(bytes, fileKey));
  }
  return null;
}

/** @param {Bytes} bytes @param {Bytes} fileKey @returns {Promise<Bytes>} */
async function decrypt(bytes, fileKey) {
  const decrypter = new Decrypter();
  decrypter.addIdentity({ unwrapFileKey: () => fileKey });
  try {
    return await decrypter.decrypt(bytes);
  } catch {
    throw new EnvelopeRefused("envelope_damaged");
  }
}

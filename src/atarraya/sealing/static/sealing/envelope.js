// @ts-check
// The envelope: an account sealed to every circle of an inbox at once, each in its place, with decoys for those
// that are not addressed, and filled up to a bucket so that its size says nothing.
import { Decrypter } from "../vendor/age.js";
import { NONCE_AND_TAG, readHeader, readyIdentity, unwrap } from "./agefile.js";
import { text } from "./bytes.js";
import { EnvelopeRefused } from "./errors.js";
import { BUCKETS, measure, MOST_STANZAS, refusing, sealEnvelope } from "./seal.js";

/** @typedef {import("./seal.js").Payload} Payload */
/** @typedef {import("../vendor/age.js").X25519Identity} X25519Identity */
/** A key and, where known, the only stanza it can open.
 *  @typedef {{secret: string, position?: number}} Placed */

export { BUCKETS, measure, MOST_STANZAS, sealEnvelope };

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

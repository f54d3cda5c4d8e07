// @ts-check
// Sealing an account to every circle of an inbox at once, each in its place, with decoys for those that are not
// addressed, filled up to a bucket so that its size says nothing. Opening it again is envelope.js.
import { generateX25519Identity, identityToRecipient } from "../vendor/age.js";
import { plainRecipient, sealTo } from "./agewrite.js";
import { be32, concat, utf8 } from "./bytes.js";
import { EnvelopeRefused, SealingError } from "./errors.js";

/** @typedef {{v: 1, type: string, [member: string]: unknown}} Payload */

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
export function refusing(act) {
  try {
    return act();
  } catch (error) {
    throw error instanceof SealingError ? new EnvelopeRefused(error.code) : error;
  }
}

// @ts-check
// What waits in a phone's outbox: the routing header and the envelope, sealed once more to the server's weekly key,
// so that the phone itself cannot read what it holds. That key opens nothing else.
import { sealTo } from "./agewrite.js";
import { be32, concat, utf8 } from "./bytes.js";

const STEP = 768; // the header is filled with spaces to a multiple of this: with or without codes it looks alike

/** @param {object} header the body of POST /reports without `sealed` @param {Bytes} envelope
 *  @param {string} recipient age1… of the server's transport key @param {number} [steps] the header fills at least so many
 *  @returns {Promise<Bytes>} a binary age file */
export async function sealForTransport(header, envelope, recipient, steps = 1) {
  const json = utf8(JSON.stringify(header));
  const full = Math.max(steps, Math.ceil(json.length / STEP)) * STEP;
  const filled = concat(json, new Uint8Array(full - json.length).fill(32));
  return sealTo(concat(be32(filled.length), filled, envelope), [recipient]);
}

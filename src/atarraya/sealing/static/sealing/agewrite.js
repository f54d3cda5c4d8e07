// @ts-check
// Sealing to age recipients: all that a phone needs of the format. Reading it back is agefile.js.
import { bech32, Encrypter } from "../vendor/age.js";
import { SealingError } from "./errors.js";

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

/** Only plain X25519 recipients: a file must not mix them with post-quantum ones (age1pq1…).
 *  @param {string} recipient @returns {string} the same, or throws "recipient_kind" */
export function plainRecipient(recipient) {
  if (typeof recipient !== "string" || !RECIPIENT.test(recipient)) throw new SealingError("recipient_kind");
  try {
    bech32.decodeToBytes(recipient);
  } catch {
    throw new SealingError("recipient_kind");
  }
  return recipient;
}

/** @param {Bytes} plaintext @param {readonly string[]} recipients @returns {Promise<Bytes>} */
export async function sealTo(plaintext, recipients) {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(plainRecipient(recipient));
  return encrypter.encrypt(plaintext);
}

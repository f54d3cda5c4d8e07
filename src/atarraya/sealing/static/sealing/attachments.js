// @ts-check
// Attachments in slices, each sealed as it is recorded, under a key that is named only inside the account. The nonce
// is the slice's index and the id and index are authenticated: a slice cannot be moved, and the account says how many.
import { be32, concat, fromB64, newId, random, toB64, utf8 } from "./bytes.js";
import { SealingError } from "./errors.js";

/** @typedef {{id: string, key: string}} Attachment key: b64, 32 bytes */

export const CHUNK = 16384;
const STEP = 4096; // the last slice is filled with zeros to a multiple of this

/** @returns {Attachment} */
export const newAttachment = () => ({ id: newId(), key: toB64(random(32)) });

/** @param {Attachment} attachment @param {number} index @param {KeyUsage} usage */
async function prepared({ id, key }, index, usage) {
  if (!Number.isInteger(index) || index < 0 || index > 0xffffffff) throw new SealingError("chunk_index");
  return {
    how: { name: "AES-GCM", iv: concat(new Uint8Array(8), be32(index)), additionalData: concat(utf8(id), be32(index)) },
    secret: await crypto.subtle.importKey("raw", fromB64(key, 32), "AES-GCM", false, [usage]),
  };
}

/** @param {Attachment} attachment @param {number} index from 0 @param {Bytes} bytes at most 16 KiB; never seal two
 *  different slices with one index @returns {Promise<Bytes>} 16 bytes longer */
export async function sealChunk(attachment, index, bytes) {
  if (bytes.length > CHUNK) throw new SealingError("chunk_too_long");
  const { how, secret } = await prepared(attachment, index, "encrypt");
  return new Uint8Array(await crypto.subtle.encrypt(how, secret, bytes));
}

/** @param {Attachment} attachment @param {number} index @param {Bytes} sealed
 *  @returns {Promise<Bytes>} throws "chunk_damaged" */
export async function openChunk(attachment, index, sealed) {
  const { how, secret } = await prepared(attachment, index, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, secret, sealed));
  } catch {
    throw new SealingError("chunk_damaged");
  }
}

/** A whole file at once. @param {Attachment} attachment @param {Bytes} bytes
 *  @returns {Promise<{sealed: Bytes[], size: number, chunks: number}>} size and chunks go into the account */
export async function sealFile(attachment, bytes) {
  const filled = concat(bytes, new Uint8Array((STEP - (bytes.length % STEP)) % STEP));
  const sealed = [];
  for (let at = 0; at < filled.length; at += CHUNK) {
    sealed.push(await sealChunk(attachment, sealed.length, filled.subarray(at, at + CHUNK)));
  }
  return { sealed, size: bytes.length, chunks: sealed.length };
}

/** @param {Attachment & {size: number, chunks: number}} named in the account @param {readonly Bytes[]} sealed in order
 *  @returns {Promise<Bytes>} throws "chunk_missing" or "chunk_damaged" */
export async function openFile(named, sealed) {
  if (sealed.length !== named.chunks) throw new SealingError("chunk_missing");
  const opened = [];
  for (let i = 0; i < sealed.length; i++) opened.push(await openChunk(named, i, sealed[i]));
  const bytes = concat(...opened);
  if (bytes.length < named.size) throw new SealingError("chunk_missing");
  return bytes.slice(0, named.size);
}

// @ts-check
// The header of an age file, read strictly, and the unwrapping of its key stanza by stanza.
import { bech32, Stanza, X25519Identity } from "../vendor/age.js";
import { SealingError } from "./errors.js";

export { plainRecipient, sealTo } from "./agewrite.js";

/** @typedef {import("../vendor/age.js").Stanza} SomeStanza */
/** @typedef {import("../vendor/age.js").X25519Identity} SomeIdentity */

const LINE43 = "([A-Za-z0-9+/]{43})";
const X25519_STANZA = new RegExp(`^-> X25519 ${LINE43}\\n${LINE43}\\n`);
const GREASE_STANZA = /^-> [!-~]{1,60}-grease(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n/;
const MAC_LINE = new RegExp(`^--- ${LINE43}\\n`);
const VERSION = "age-encryption.org/v1\n";
export const NONCE_AND_TAG = 32;

/** @param {string} line43 @returns {Bytes} 32 bytes */
function decode43(line43) {
  const bytes = Uint8Array.from(atob(`${line43}=`), (character) => character.charCodeAt(0));
  if (btoa(String.fromCharCode(...bytes)) !== `${line43}=`) throw new SealingError("envelope_shape");
  return bytes;
}

/** Read a header made of X25519 stanzas and at most one grease stanza.
 *  @param {Bytes} file @returns {{stanzas: SomeStanza[], payload: number}} stanzas in order without the grease,
 *  and the length of what follows the header; throws "envelope_shape" */
export function readHeader(file) {
  let rest = String.fromCharCode(...file.subarray(0, 4096));
  const read = rest.length;
  if (!rest.startsWith(VERSION)) throw new SealingError("envelope_shape");
  rest = rest.slice(VERSION.length);
  const stanzas = [];
  let grease = 0;
  for (;;) {
    const stanza = X25519_STANZA.exec(rest);
    const found = stanza || GREASE_STANZA.exec(rest);
    if (!found) break;
    rest = rest.slice(found[0].length);
    if (!stanza) grease += 1;
    else {
      decode43(stanza[1]);
      stanzas.push(new Stanza(["X25519", stanza[1]], decode43(stanza[2])));
    }
  }
  const mac = MAC_LINE.exec(rest);
  if (!mac || grease > 1) throw new SealingError("envelope_shape");
  decode43(mac[1]);
  return { stanzas, payload: file.length - (read - rest.length + mac[0].length) };
}

const PKCS8 = "MC4CAQAwBQYDK2VuBCIEIA==";

/** Import a secret once, where the browser knows X25519: many times faster than the library's own curve.
 *  @param {string} secret AGE-SECRET-KEY-1… @returns {Promise<SomeIdentity>} */
export async function readyIdentity(secret) {
  const { bytes } = bech32.decodeToBytes(secret);
  const prefix = Uint8Array.from(atob(PKCS8), (character) => character.charCodeAt(0));
  const pkcs8 = new Uint8Array(prefix.length + bytes.length);
  pkcs8.set(prefix);
  pkcs8.set(bytes, prefix.length);
  try {
    // guarded: an older browser throws here, and the library below does it
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "X25519" }, false, ["deriveBits"]);
    const identity = new X25519Identity(key);
    await identity.recipient;
    return identity;
  } catch {
    return new X25519Identity(secret);
  }
}

/** One stanza at a time: a stanza with a spoilt point must not hide the next one.
 *  @param {SomeIdentity} identity @param {readonly SomeStanza[]} stanzas @param {number} [position] the only stanza to try
 *  @returns {Promise<Bytes | null>} the file key */
export async function unwrap(identity, stanzas, position) {
  const tried = position === undefined ? stanzas : stanzas.slice(position, position + 1);
  for (const stanza of tried) {
    try {
      const key = await identity.unwrapFileKey([stanza]);
      if (key !== null) return key;
    } catch {
      continue;
    }
  }
  return null;
}

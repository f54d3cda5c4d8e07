// @ts-check
// A third, optional copy of a member's bundle: opened by a passkey of this device (WebAuthn with the PRF extension).
// Needs a secure origin, Chrome 132 or newer (or Safari 18), a device lock, and a tap each time. The copy is one age
// file with one stanza age-encryption.org/fido2prf; it never replaces the phrase or the recovery code.
import { Encrypter, webauthn } from "../vendor/age.js";
import { openBundle, readBundle } from "./bundle.js";
import { utf8 } from "./bytes.js";

/** @returns {boolean} whether it is worth offering; only making a passkey tells whether PRF works */
export const passkeyPossible = () => typeof PublicKeyCredential !== "undefined" && typeof navigator !== "undefined";

/** @param {string} name shown by the device beside the passkey: keep it neutral
 *  @returns {Promise<string>} AGE-PLUGIN-FIDO2PRF-1…: no secret; keep it with the copy */
export const newPasskey = (name) => webauthn.createCredential({ keyName: name });

/** @param {import("./bundle.js").Bundle} bundle @param {string} passkey @returns {Promise<Bytes>} */
export async function sealBundleForPasskey(bundle, passkey) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(new webauthn.WebAuthnRecipient({ identity: passkey }));
  return encrypter.encrypt(utf8(JSON.stringify(readBundle(JSON.stringify(bundle)))));
}

/** @param {Bytes} file @param {string} passkey @returns {Promise<import("./bundle.js").Bundle | null>} null: refused */
export async function openBundleWithPasskey(file, passkey) {
  return openBundle(file, (decrypter) => decrypter.addIdentity(new webauthn.WebAuthnIdentity({ identity: passkey })));
}

// What the browser gets of age: typage itself, with the post-quantum and hardware-tag
// recipients left out (absent.mjs), and the Ed25519 that it already carries.
export { Decrypter, Encrypter, Stanza, generateX25519Identity, identityToRecipient, webauthn }
  from "age-encryption";
export { X25519Identity } from "../../node_modules/age-encryption/dist/recipients.js";
export { ed25519 } from "@noble/curves/ed25519.js";
export { bech32 } from "@scure/base";

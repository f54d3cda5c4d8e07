// What the browser gets of HPKE (RFC 9180): base mode with X25519, HKDF-SHA256 and ChaCha20-Poly1305, in plain
// JavaScript where browsers have no X25519 of their own.
export { CipherSuite, HkdfSha256 } from "@hpke/core";
export { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
export { Chacha20Poly1305 } from "@hpke/chacha20poly1305";

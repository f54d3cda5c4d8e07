// The part of hpke.js that our modules use.
type Bytes = Uint8Array<ArrayBuffer>;
interface Key {
  readonly type: string;
}
interface Kem {
  deserializePublicKey(key: Bytes): Promise<Key>;
  importKey(format: "raw", key: Bytes, isPublic: boolean): Promise<Key>;
  generateKeyPair(): Promise<{ publicKey: Key; privateKey: Key }>;
  serializePublicKey(key: Key): Promise<ArrayBuffer>;
  serializePrivateKey(key: Key): Promise<ArrayBuffer>;
}
export declare class DhkemX25519HkdfSha256 {
  private kem;
}
export declare class HkdfSha256 {
  private kdf;
}
export declare class Chacha20Poly1305 {
  private aead;
}
export declare class CipherSuite {
  constructor(parts: { kem: DhkemX25519HkdfSha256; kdf: HkdfSha256; aead: Chacha20Poly1305 });
  readonly kem: Kem;
  seal(to: { recipientPublicKey: Key; info: Bytes; ekm?: { publicKey: Key; privateKey: Key } }, plaintext: Bytes, aad?: Bytes): Promise<{ ct: ArrayBuffer; enc: ArrayBuffer }>;
  open(by: { recipientKey: Key; enc: Bytes; info: Bytes }, sealed: Bytes, aad?: Bytes): Promise<ArrayBuffer>;
}

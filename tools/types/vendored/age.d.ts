// The part of age.js that our modules use, with buffers the browser's cryptography takes.
type Bytes = Uint8Array<ArrayBuffer>;
export declare class Stanza {
  constructor(args: string[], body: Bytes);
  readonly args: string[];
  readonly body: Bytes;
}
export interface Identity {
  unwrapFileKey(stanzas: Stanza[]): Bytes | null | Promise<Bytes | null>;
}
export interface Recipient {
  wrapFileKey(fileKey: Bytes): Stanza[] | Promise<Stanza[]>;
}
export declare class Encrypter {
  setPassphrase(secret: string): void;
  setScryptWorkFactor(logN: number): void;
  addRecipient(recipient: string | Recipient): void;
  encrypt(plaintext: Bytes): Promise<Bytes>;
}
export declare class Decrypter {
  addPassphrase(secret: string): void;
  addIdentity(identity: string | CryptoKey | Identity): void;
  decrypt(file: Bytes): Promise<Bytes>;
}
export declare class X25519Identity implements Identity {
  recipient: Promise<Bytes>;
  constructor(secret: string | CryptoKey);
  unwrapFileKey(stanzas: Stanza[]): Promise<Bytes | null>;
}
export declare function generateX25519Identity(): Promise<string>;
export declare function identityToRecipient(identity: string): Promise<string>;
export declare namespace webauthn {
  function createCredential(options: { keyName: string }): Promise<string>;
  class WebAuthnRecipient implements Recipient {
    constructor(options: { identity: string });
    wrapFileKey(fileKey: Bytes): Promise<Stanza[]>;
  }
  class WebAuthnIdentity implements Identity {
    constructor(options: { identity: string });
    unwrapFileKey(stanzas: Stanza[]): Promise<Bytes | null>;
  }
}
export declare const ed25519: {
  getPublicKey(seed: Bytes): Bytes;
  sign(message: Bytes, seed: Bytes): Bytes;
  verify(signature: Bytes, message: Bytes, key: Bytes, options: { zip215: boolean }): boolean;
};
export declare const bech32: {
  decodeToBytes(text: string): { prefix: string; bytes: Bytes };
  encodeFromBytes(prefix: string, bytes: Bytes): string;
};

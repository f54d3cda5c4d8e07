// Stands where typage imports ML-KEM and P-256. An envelope has X25519 stanzas only, a file must not mix
// post-quantum and plain recipients, and these two are two thirds of the library's weight.
const absent = new Proxy({}, {
  get() {
    throw new Error("recipient_kind");
  },
});
export const MLKEM768P256 = absent;
export const MLKEM768X25519 = absent;
export const p256 = absent;

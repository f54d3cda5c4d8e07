/** What our scripts pass around: never a view of shared memory, which the browser's cryptography refuses. */
type Bytes = Uint8Array<ArrayBuffer>;

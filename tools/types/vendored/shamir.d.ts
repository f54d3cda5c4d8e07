type Bytes = Uint8Array<ArrayBuffer>;
export declare function split(secret: Bytes, shares: number, threshold: number): Promise<Bytes[]>;
export declare function combine(shares: Bytes[]): Promise<Bytes>;

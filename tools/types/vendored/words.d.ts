export declare const WORDS: readonly string[];

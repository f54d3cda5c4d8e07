export declare const MODEL: string;

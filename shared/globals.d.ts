/** Declares the few globals that Node and browsers both have, so that shared needs the types of neither. */

declare const performance: { readonly timeOrigin: number; now(): number };
declare const console: { error(...values: unknown[]): void };

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean });
  decode(bytes: Uint8Array): string;
}

declare function atob(base64: string): string;
declare function btoa(binary: string): string;

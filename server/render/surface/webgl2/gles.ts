/**
 * Owns the calls into ANGLE's OpenGL ES 3.0 library, which gl has loaded and whose context gl has made current in this
 * thread. Whoever calls gives numbers in range and memory as long as the call reads or
 * writes; where ANGLE has a call that checks lengths by itself (GL_ANGLE_robust_client_memory), that one stands here.
 */

import type * as Koffi from "koffi";
import { signatures } from "./gles-signatures.ts";

type Signatures = typeof signatures;

export type GlesArgument = number | bigint | null | NodeJS.ArrayBufferView | readonly string[];
type Answer<Signature> = Signature extends `${string}=${"y" | "m"}` ? bigint | null : number;

/** The calls, by their names in the specification of OpenGL ES without "gl". */
export type Gles = {
  readonly [Name in keyof Signatures]: (...values: readonly GlesArgument[]) => Answer<Signatures[Name]>;
} & {
  getString(name: number): string | null;
  /** A copy of memory that a call mapped. */
  copyOf(pointer: bigint, bytes: number): Uint8Array<ArrayBuffer>;
};

const types: Readonly<Record<string, string>> = {
  i: "int32_t",
  u: "uint32_t",
  f: "float",
  b: "uint8_t",
  o: "intptr_t",
  p: "void *",
  P: "const char **",
  y: "void *",
  m: "void *",
  l: "uint64_t",
};

/** Binds the calls of the library at `path`. Throws what the loader throws where koffi or the library is not there. */
export function loadGles(koffi: typeof Koffi, path: string): Gles {
  const library = koffi.load(path);
  const calls = Object.entries(signatures).map(([name, signature]) => {
    const [parameters = "", answer] = signature.split("=");
    const list = [...parameters].map((letter) => types[letter] ?? "").join(", ");
    const returned = answer === undefined ? "void" : (types[answer] ?? "");
    return [name, library.func(`${returned} gl${name.charAt(0).toUpperCase()}${name.slice(1)}(${list})`)];
  });
  return {
    ...Object.fromEntries(calls),
    getString: library.func("const char *glGetString(uint32_t)"),
    copyOf: (pointer: bigint, bytes: number) => Uint8Array.from(koffi.decode(pointer, "uint8_t", bytes) as Uint8Array),
  } as Gles;
}

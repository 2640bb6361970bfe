/** Owns in which formats values come, and how they are told apart: by content type, by the name of a file, by the first bytes. Pure. */

import type { DataDeclaration } from "../../../shared/data.ts";
import { isNpy } from "./npy.ts";

/** `raw`: the elements as they are kept, bytes, or JSON of a value that is declared as JSON. */
export const dataFormats = ["raw", "npy", "arrow", "json"] as const;
export type DataFormat = (typeof dataFormats)[number];

/** It comes in a format that is not known. */
export class UnknownFormat extends TypeError {
  override readonly name = "UnknownFormat";
}

/** How many bytes `sniffFormat` looks at. */
export const SNIFFED_BYTES = 8;

const byContentType: Readonly<Record<string, DataFormat | null>> = {
  "": null,
  "application/octet-stream": null,
  // What curl says of what it was told nothing of.
  "application/x-www-form-urlencoded": null,
  "application/x-npy": "npy",
  "application/npy": "npy",
  "application/vnd.apache.arrow.stream": "arrow",
  "application/vnd.apache.arrow.file": "arrow",
  "application/json": "json",
};

const byExtension: Readonly<Record<string, DataFormat>> = {
  npy: "npy",
  arrow: "arrow",
  arrows: "arrow",
  feather: "arrow",
  json: "json",
};

/** The format that a content type names; null where it leaves that to the bytes. Throws `UnknownFormat`. */
export function formatOfContentType(contentType: string | undefined): DataFormat | null {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const format = Object.hasOwn(byContentType, type) ? byContentType[type] : undefined;
  if (format !== undefined) return format;
  const known = Object.keys(byContentType).filter((one) => one !== "" && one !== "application/x-www-form-urlencoded");
  throw new UnknownFormat(`The content type must be one of ${known.join(", ")}.`);
}

/** The format that the name of a file tells; null where it leaves that to the bytes. */
export function formatOfFile(name: string): DataFormat | null {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(byExtension, extension) ? (byExtension[extension] ?? null) : null;
}

/** The format of a value whose first bytes are these. What is declared as bytes, or told to be of a type, is kept as it comes. */
export function sniffFormat(head: Uint8Array, declaration: DataDeclaration | null, isTyped: boolean): DataFormat {
  if (isTyped || declaration?.type === "bytes" || declaration?.type === "json") return "raw";
  if (isNpy(head)) return "npy";
  return new TextDecoder("latin1").decode(head.subarray(0, 8)) === "ARROW1\0\0" ? "arrow" : "raw";
}

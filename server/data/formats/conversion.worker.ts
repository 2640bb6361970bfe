/** Owns the conversion thread: arrays that come otherwise than they are kept, and tables. Started by piscina only. */

import { move, transferableSymbol, valueSymbol } from "piscina";
import type { ConversionTask, ConvertedArray } from "./conversion-protocol.ts";
import { convertArray } from "./elements.ts";

/** The task that piscina calls by its name. Throws `TypeError` naming the rule. */
export async function convert(task: ConversionTask): Promise<unknown> {
  const converted = await convertedBy(task);
  // In the words of piscina, so that the bytes go over and are not copied.
  return move({ [transferableSymbol]: converted.bytes, [valueSymbol]: converted } as never);
}

async function convertedBy(task: ConversionTask): Promise<ConvertedArray> {
  if (task.kind === "array") {
    const { buffer } = convertArray(task.name, task.bytes, task.source, task.kept);
    return { type: task.kept, shape: task.source.shape, bytes: buffer };
  }
  // Only for those who send tables: it takes time and memory.
  const { arrayOfArrow } = await import("./arrow-array.ts");
  return arrayOfArrow(task.name, new Uint8Array(task.bytes), task.wish);
}

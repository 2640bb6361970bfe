import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Conversions, MAX_CONVERTED_BYTES } from "../../../../../server/data/formats/conversions.ts";

test("what is converted at the same time is bounded; others wait, in turn, and who gives up holds up nobody (RF2)", async () => {
  const conversions = new Conversions();
  const order: string[] = [];
  const hold = async (name: string, bytes: number, signal?: AbortSignal): Promise<() => void> => {
    const release = await conversions.hold(name, bytes, signal);
    order.push(name);
    return release;
  };
  const first = await hold("first", MAX_CONVERTED_BYTES);
  const second = await hold("second", MAX_CONVERTED_BYTES);
  const gone = new AbortController();
  const third = hold("third", MAX_CONVERTED_BYTES, gone.signal);
  const fourth = hold("fourth", 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(order).toEqual(["first", "second"]);
  gone.abort(new Error("gone"));
  await expect(third).rejects.toThrow("gone");
  first();
  first();
  const last = await fourth;
  expect(order).toEqual(["first", "second", "fourth"]);
  for (const release of [second, last]) release();
  await expect(conversions.hold("points", MAX_CONVERTED_BYTES + 1)).rejects.toThrow(
    "points must be at most 256 MiB where it is converted; send it as the scene takes it.",
  );
});

test("a table that its reader reads for ever ends with the thread, and the next conversion has another", async () => {
  const conversions = new Conversions(3_000);
  const bytes = new Uint8Array(readFileSync(new URL("../../../../fixtures/data/endless.arrow", import.meta.url)))
    .buffer;
  const wish = { columns: null, type: null, dimensions: null, maxBytes: 1_000_000 };
  await expect(conversions.run({ kind: "arrow", name: "value", bytes, wish })).rejects.toMatchObject({
    code: "data-refused",
    message: "value took too long to convert.",
  });
  const source = { type: "float16", shape: [1], isBigEndian: false, isFortran: false } as const;
  const task = { kind: "array", name: "value", bytes: new ArrayBuffer(2), source, kept: "float32" } as const;
  expect(await conversions.run(task)).toMatchObject({ type: "float32", shape: [1] });
});

test("a thread that fails is told of, and the next conversion has another", async () => {
  const conversions = new Conversions();
  const source = { type: "float64", shape: [2], isBigEndian: true, isFortran: false } as const;
  const task = (bytes: number) =>
    ({ kind: "array", name: "value", bytes: new ArrayBuffer(bytes), source, kept: "float32" }) as const;
  await expect(conversions.run(task(3))).rejects.toThrow(new TypeError("value must be 16 bytes, not 3."));
  expect(await conversions.run(task(16))).toMatchObject({ type: "float32", shape: [2] });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FrameMemory } from "../../../../server/session/frame-memory.ts";

let place: string;
let memory: FrameMemory | null;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "scenecast-test-"));
  memory = null;
});
afterEach(() => {
  memory?.close();
  rmSync(place, { recursive: true, force: true });
});

function open(maxBytes: number, capacity: number): FrameMemory {
  memory = FrameMemory.open(maxBytes, capacity, [place]);
  if (memory === null) throw new Error("There is no memory.");
  return memory;
}

test("has its whole length at once, and as much behind it as was reserved (FY1)", () => {
  const { shared, capacity } = open(1 << 20, 10_000);
  const { size, blocks } = statSync(shared.path);
  expect([size, shared.bytes, capacity]).toEqual([4096 + 4 * (1 << 20), size, 12_288]);
  expect(blocks * 512).toBeGreaterThanOrEqual(4 * 12_288);
  expect(blocks * 512).toBeLessThan(1 << 20);
  expect([memory?.reserve(5000), memory?.reserve(9e9)]).toEqual([12_288, 1 << 20]);
  expect(statSync(shared.path).blocks * 512).toBeGreaterThanOrEqual(4 << 20);
});

test("is its user's alone, and begins with its nonce (FY2)", async () => {
  const { shared } = open(4096, 4096);
  expect([statSync(shared.path).mode & 0o777, statSync(dirname(shared.path)).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readFileSync(shared.path).subarray(0, 16).toString("hex")).toBe(shared.nonce);
  await memory?.write(2, Uint8Array.of(1, 2, 3));
  const at = shared.slotsAt + 2 * shared.slotBytes;
  expect([...readFileSync(shared.path).subarray(at, at + 4)]).toEqual([1, 2, 3, 0]);
});

test("its folder goes with it (FY3)", async () => {
  const { shared } = open(4096, 4096);
  expect([memory?.isThere, readdirSync(place)]).toEqual([true, [basename(dirname(shared.path))]]);
  memory?.close();
  expect([memory?.isThere, readdirSync(place)]).toEqual([false, []]);
  await expect(memory?.write(0, Uint8Array.of(1))).rejects.toThrow("gone");
});

test("another folder is taken where the first is none, and none is given where none has room", () => {
  memory = FrameMemory.open(4096, 4096, [join(place, "missing"), place]);
  expect(dirname(dirname(memory?.shared.path ?? ""))).toBe(place);
  expect(FrameMemory.open(4096, 4096, [join(place, "missing")])).toBeNull();
});

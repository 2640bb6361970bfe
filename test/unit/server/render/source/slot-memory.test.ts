/** What is read of a program's frames while the program does what it likes with the file. */

import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SlotMemory } from "../../../../../server/render/source/slot-memory.ts";
import { FrameMemory } from "../../../../../server/session/frame-memory.ts";

let place: string;
let memory: FrameMemory;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "scenecast-test-"));
  const opened = FrameMemory.open(1 << 16, 1 << 16, [place]);
  if (opened === null) throw new Error("There is no memory.");
  memory = opened;
});
afterEach(() => {
  memory.close();
  rmSync(place, { recursive: true, force: true });
});

for (const way of ["mapped", "read"] as const) {
  test(`of a file that its program emptied black is read, and the process goes on: ${way} (SY1)`, async () => {
    await memory.write(1, Uint8Array.of(1, 2, 3));
    const slots = way === "mapped" ? new SlotMemory(memory.shared) : new SlotMemory(memory.shared, () => null);
    const into = new Uint8Array(4);
    slots.copy(1, into);
    expect([slots.isMapped, [...into], [...slots.view(1, 3)]]).toEqual([way === "mapped", [1, 2, 3, 0], [1, 2, 3]]);
    for (const bytes of [memory.shared.slotsAt + memory.shared.slotBytes + 1, 0]) {
      truncateSync(memory.shared.path, bytes);
      into.fill(9);
      slots.copy(1, into);
      expect([[...into], [...slots.view(1, 2)]]).toEqual(
        bytes === 0
          ? [
              [0, 0, 0, 0],
              [0, 0],
            ]
          : [
              [1, 0, 0, 0],
              [1, 0],
            ],
      );
    }
    slots.close();
  });
}

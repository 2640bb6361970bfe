/** Floods on a real scene: the server goes on answering, and somebody innocent keeps its picture. */

import { expect, test } from "vitest";
import { floodKinds, measureFloods } from "../support/floods/floods.ts";

test.each(floodKinds)(
  "in a flood of %s it answers within 200 ms, and an innocent viewer keeps nine of ten frames",
  async (kind) => {
    const [figures] = await measureFloods([kind], 4);
    expect(figures?.healthMs.median).toBeLessThan(200);
    expect((figures?.fps ?? 0) / (figures?.quietFps ?? 1)).toBeGreaterThan(0.9);
  },
);

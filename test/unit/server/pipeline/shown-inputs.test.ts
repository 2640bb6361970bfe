/** Which frame is the first to show an input. */

import { describe, expect, it } from "vitest";
import { ShownInputs } from "../../../../server/pipeline/shown-inputs.ts";
import { milliseconds } from "../../../../shared/time.ts";

const input = (viewerId: string, sequence: number) => ({ viewerId, sequence, receivedAt: milliseconds(sequence) });

describe("shown inputs", () => {
  it("are told once, with the newest, by the first frame that is sent at or after theirs", () => {
    const shown = new ShownInputs();
    shown.add(3, [input("a", 1), input("a", 2)]);
    shown.add(4, [input("a", 3)]);
    shown.add(6, [input("a", 4)]);
    expect(shown.takeNewest("a", 2)).toBeNull();
    expect(shown.takeNewest("a", 5)).toMatchObject({ sequence: 3 });
    expect(shown.takeNewest("a", 5)).toBeNull();
    expect(shown.takeNewest("a", 6)).toMatchObject({ sequence: 4 });
  });

  it("are each viewer's own, and forgotten with it", () => {
    const shown = new ShownInputs();
    shown.add(1, [input("a", 1), input("b", 9)]);
    shown.forget("a");
    expect(shown.takeNewest("a", 1)).toBeNull();
    expect(shown.takeNewest("b", 1)).toMatchObject({ sequence: 9 });
  });

  it("are those of viewers, not what the server let go of for one", () => {
    const shown = new ShownInputs();
    shown.add(1, [input("a", 3)]);
    shown.add(2, [input("a", 0)]);
    expect(shown.takeNewest("a", 1)).toMatchObject({ sequence: 3 });
    expect(shown.takeNewest("a", 2)).toBeNull();
  });

  it("of a viewer that is sent nothing do not pile up", () => {
    const shown = new ShownInputs();
    for (let sequence = 1; sequence <= 10_000; sequence += 1) shown.add(sequence, [input("a", sequence)]);
    expect(shown.takeNewest("a", 9744)).toBeNull();
    expect(shown.takeNewest("a", 10_000)).toMatchObject({ sequence: 10_000 });
  });
});

/** Input is told of together, in its order, and what waits when the process ends in good order is told as well. */

import { beforeEach, expect, test, vi } from "vitest";
import { InputTeller } from "../../../../../server/pipeline/input/input-teller.ts";
import type { ToldInput } from "../../../../../server/render/render-protocol.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { keyInput } from "../../../../support/input-samples.ts";

beforeEach(() => void vi.useFakeTimers());

function queued(key: string) {
  return { viewerId: "ann", sequence: 1, receivedAt: milliseconds(5), event: keyInput("down", { key }) };
}

test("what comes within a fifth of a second is told together, and nothing while nothing comes", () => {
  const told: ToldInput[][] = [];
  const teller = new InputTeller((inputs) => void told.push([...inputs]));
  for (const key of ["a", "b", "c"]) {
    teller.note(queued(key));
    vi.advanceTimersByTime(50);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(told.map((inputs) => inputs.map(({ event }) => "key" in event && event.key))).toEqual([["a", "b", "c"]]);
  const times = told.flat().map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  vi.advanceTimersByTime(5000);
  teller.note(queued("d"));
  teller.close();
  teller.close();
  vi.advanceTimersByTime(5000);
  expect(told.map(({ length }) => length)).toEqual([3, 1]);
});

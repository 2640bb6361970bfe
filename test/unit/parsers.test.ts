/** Every parser of what comes from the network, with what once broke one, and a little of `npm run fuzz`. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpusOf } from "../fuzz/corpus.ts";
import { checkTimed, targets } from "../fuzz/targets.ts";

const FOR_MS = 60;

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  test("keeps its promise for anything that comes", () => {
    const property = fc.property(target.inputs, (input) => checkTimed(target, input));
    const examples = corpusOf(name).map((input): [Uint8Array | string] => [input]);
    const known = { numRuns: examples.length + 1, examples };
    const chance = { numRuns: 100_000, interruptAfterTimeLimit: FOR_MS, markInterruptAsFailure: false };
    for (const parameters of [known, chance]) {
      const { counterexample, seed, errorInstance } = fc.check(property, parameters);
      expect(counterexample, `seed ${seed}: ${String(errorInstance)}`).toBeNull();
    }
  });
});

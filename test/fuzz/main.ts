/** `npm run fuzz -- --seconds 60 --target parseInput`: tries every parser for so long, and says what broke. */

import { parseArgs } from "node:util";
import fc from "fast-check";
import { checkTimed, type Target, targets } from "./targets.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, target: { type: "string" } },
});
const seconds = Number(values.seconds);
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (!(seconds > 0) || chosen.length === 0) {
  console.error(`usage: npm run fuzz -- --seconds <from 1> --target <${targets.map(({ name }) => name).join("|")}>`);
  process.exitCode = 2;
} else {
  for (const target of chosen) fuzz(target, (seconds * 1000) / chosen.length);
}

function fuzz(target: Target, forMs: number): void {
  const details = fc.check(
    fc.property(target.inputs, (input) => checkTimed(target, input)),
    { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: forMs, markInterruptAsFailure: false },
  );
  console.log(`${details.failed ? "broke" : "held "}  ${target.name}, after ${details.numRuns} inputs`);
  if (!details.failed) return;
  process.exitCode = 1;
  const [input] = details.counterexample ?? [];
  console.log(`  seed ${details.seed}; ${String(details.errorInstance)}`);
  console.log(
    `  ${input instanceof Uint8Array ? `bytes ${Buffer.from(input).toString("hex")}` : JSON.stringify(input)}`,
  );
}

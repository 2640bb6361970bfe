/** Owns how the fuzzer makes inputs: anything at all, and good messages with something wrong in them. */

import fc from "fast-check";

type Edit = { readonly at: number; readonly removed: number; readonly put: readonly number[] };

/** Values at the edges of what numbers, texts and lists can be. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    2 ** 31,
    2 ** 53,
    Number.MAX_VALUE,
    1e-7,
    "",
    "__proto__",
    "\ud800",
    "a".repeat(70_000),
  ),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
);

const edits = fc.array(
  fc.record({ at: fc.nat(400), removed: fc.nat(4), put: fc.array(fc.nat(255), { maxLength: 4 }) }),
  { maxLength: 6 },
);

/** Bytes of any sort, or of a sample with some of them changed, taken out or put in. */
export function bytesLike(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const mutated = fc
    .tuple(fc.constantFrom(...samples), edits)
    .map(([sample, all]) => Uint8Array.from(all.reduce(edited, [...sample])));
  return fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) }, { weight: 4, arbitrary: mutated });
}

/** The same with text. */
export function textLike(samples: readonly string[]): fc.Arbitrary<string> {
  const codes = fc.tuple(fc.constantFrom(...samples), edits).map(([sample, all]) => {
    const units = [...sample].map((unit) => unit.charCodeAt(0));
    return String.fromCharCode(...all.reduce(edited, units));
  });
  const repeated = fc
    .tuple(fc.constantFrom(...samples), fc.nat(200), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 100 }))
    .map(([sample, at, length, times]) => {
      const piece = sample.slice(at, at + length).repeat(times);
      return sample.slice(0, at) + piece.slice(0, 60_000) + sample.slice(at + length);
    });
  return fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), codes, repeated);
}

/** JSON of a sample with some of its fields set to something else, of anything, or of no JSON at all. */
export function jsonLike(samples: readonly object[]): fc.Arbitrary<string> {
  const changed = fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(20), odd), { maxLength: 3 }))
    .map(([sample, changes]) => {
      const message: Record<string, unknown> = { ...sample };
      const names = [...Object.keys(message), "another"];
      for (const [at, value] of changes) message[names[at % names.length] ?? ""] = value;
      return JSON.stringify(message);
    });
  const nested = fc
    .integer({ min: 1, max: 30_000 })
    .map((depth) => `{"kind":"message","json":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  const texts = samples.map((sample) => JSON.stringify(sample));
  return fc.oneof(
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: textLike(texts) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: nested },
  );
}

function edited(units: readonly number[], { at, removed, put }: Edit): number[] {
  const from = units.length === 0 ? 0 : at % units.length;
  return [...units.slice(0, from), ...put, ...units.slice(from + removed)];
}

/** Owns what an examination of this machine comes to: one finding a matter, and what they mean together. Pure. */

/**
 * `good`; `slow`: it works, and would work better; `missing`: something that not everybody needs is not there; `broken`: no
 * scene can be streamed so.
 */
export type Verdict = "good" | "slow" | "missing" | "broken";

export type Finding = {
  /** The matter, in a word or two. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found, for people; no secrets. */
  readonly sentence: string;
  /** The command that mends it; null where nothing is to be done, or nothing can be. */
  readonly mend: string | null;
};

/** Looks at one matter, or at several that belong together. */
export type Check = () => Promise<readonly Finding[]>;

export function good(name: string, sentence: string): Finding {
  return { name, verdict: "good", sentence, mend: null };
}

/** Whether nothing that was found keeps scenes from being streamed. */
export function canStream(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "broken");
}

/** What the findings mean together, in a sentence. */
export function conclusionOf(findings: readonly Finding[]): string {
  const named = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
  const broken = named("broken");
  if (broken.length > 0) return `Nothing can be streamed here before this is mended: ${broken.join(", ")}.`;
  const parts = [
    ...[named("slow")].filter(({ length }) => length > 0).map((names) => `Slow: ${names.join(", ")}.`),
    ...[named("missing")].filter(({ length }) => length > 0).map((names) => `Missing: ${names.join(", ")}.`),
  ];
  return ["Scenes can be streamed here.", ...parts].join(" ");
}

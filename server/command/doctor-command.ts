/** Owns `scenecast doctor`: prints what is found as soon as it is, and ends with whether scenes can be streamed. */

import { styleText } from "node:util";
import { checksOfMachine } from "../doctor/doctor.ts";
import { type Check, canStream, conclusionOf, type Finding, type Verdict } from "../doctor/finding.ts";
import { packageVersion } from "../platform/package-file.ts";
import type { DoctorCommand } from "./doctor-flags.ts";
import { asTyped } from "./typed-command.ts";

export type DoctorParts = {
  readonly checks?: readonly Check[];
  readonly out?: (text: string) => void;
};

const marks: Readonly<Record<Verdict, readonly [mark: string, colour: "green" | "yellow" | "red"]>> = {
  good: ["✓", "green"],
  slow: ["!", "yellow"],
  missing: ["!", "yellow"],
  broken: ["✗", "red"],
};
const NAME_WIDTH = 15;

/** Resolves with the exit code. Tests give checks of their own. */
export async function examine(command: DoctorCommand, parts: DoctorParts = {}): Promise<number> {
  const { checks = checksOfMachine(command), out = (text) => void process.stdout.write(text) } = parts;
  const tell = command.json ? () => undefined : out;
  tell(`Scenecast ${packageVersion()}\n\n`);
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check();
    findings.push(...found);
    for (const finding of found) tell(lineOf(finding));
  }
  tell(`\n${conclusionOf(findings)}\n`);
  if (command.json) out(`${JSON.stringify({ ok: canStream(findings), findings }, null, 2)}\n`);
  return canStream(findings) ? 0 : 1;
}

function lineOf({ name, verdict, sentence, mend }: Finding): string {
  const [mark, colour] = marks[verdict];
  const line = `  ${styleText(colour, mark)} ${name.padEnd(NAME_WIDTH)}${sentence}\n`;
  return mend === null ? line : `${line}${" ".repeat(4 + NAME_WIDTH)}${styleText("dim", asTyped(mend))}\n`;
}

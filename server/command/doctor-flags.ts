/** Owns the words of `scenecast doctor`. Pure. */

import { parseArgs } from "node:util";
import { portOf } from "./flag-values.ts";

export const doctorHelp = `Look at this machine: what draws, what encodes, and what streaming needs besides.

  scenecast doctor               tells what is good, slow, missing or broken, and the command that mends it

  --port <number>       8080; the port that the server is going to listen on
  --json                print the findings as JSON

Exit codes: 0 scenes can be streamed here, 1 something keeps them from it, 2 bad arguments.
`;

export type DoctorCommand = { readonly port: number; readonly json: boolean; readonly hasNgrokToken: boolean };

const flags = {
  port: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads what follows `doctor`; null asks for help. Throws `TypeError` with a line for people. */
export function readDoctorArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DoctorCommand | null {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  if (values.help === true) return null;
  const hasNgrokToken = (environment["NGROK_AUTHTOKEN"] ?? "") !== "";
  return { port: portOf(values.port ?? "8080"), json: values.json ?? false, hasNgrokToken };
}

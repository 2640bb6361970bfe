/** Owns the words for looking into a running server: `--trace` and `--cpu-profile`. Pure. */

import type { Diagnostics } from "./diagnostics.ts";

export const diagnosticsFlags = {
  trace: { type: "string" },
  "cpu-profile": { type: "string" },
  "event-log": { type: "string" },
} as const;

export const diagnosticsHelp = `Looking into it:
  --trace <file.json>       write a trace of the first 10 seconds with a viewer, for ui.perfetto.dev; kill -USR2 <pid>
                            takes one of 5 seconds at any time
  --event-log <file.gz>     record who comes, leaves and steers, and all input; scenecast replay plays it
  --cpu-profile <folder>    every thread writes a .cpuprofile there when it ends, for Chrome or speedscope
`;

type Values = { readonly [Name in keyof typeof diagnosticsFlags]?: string | undefined };

/** Throws `TypeError` with a line for people. */
export function readDiagnosticsFlags(values: Values): Diagnostics {
  for (const name of ["trace", "cpu-profile", "event-log"] as const) {
    if (values[name] === "") throw new TypeError(`--${name} must be a path.`);
  }
  return { trace: values.trace ?? null, cpuProfile: values["cpu-profile"] ?? null };
}

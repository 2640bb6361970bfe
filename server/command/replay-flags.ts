/** Owns the words of `scenecast replay`. Pure. */

import { parseArgs } from "node:util";
import type { ReplaySpeed } from "../replay/replay-player.ts";
import { numberOf, portOf } from "./flag-values.ts";

export const replayHelp = `Play the input of an event log into a scene again; the log is written by scenecast serve --event-log <log.gz>.

  scenecast replay <log.gz>             into the scene of the log, as those who had control used it; people who open
                                        the page watch and cannot steer
  scenecast replay <log.gz> <scene.ts>  into another scene

  --speed <speed>           1; 2 is twice as fast; max is as fast as it goes, by a clock that is stepped from input to
                            input
  --room <name>             the room of the log, where several had input
  --snapshot <file.png>     write the last picture
  --no-serve                no page: only play, and end
  --port <number>           8080; 0 takes any free port; only this machine can reach it

Exit codes: as of scenecast serve.
`;

export type ReplayCommand = {
  readonly log: string;
  /** Null for the one of the log. */
  readonly scene: string | null;
  readonly speed: ReplaySpeed;
  /** Null where the log has one only. */
  readonly room: string | null;
  readonly snapshot: string | null;
  /** Null where nobody can watch. */
  readonly port: number | null;
};

const flags = {
  speed: { type: "string" },
  room: { type: "string" },
  snapshot: { type: "string" },
  "no-serve": { type: "boolean" },
  port: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads what follows `replay`; null asks for help. Throws `TypeError` with a line for people. */
export function readReplayArguments(args: readonly string[]): ReplayCommand | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  const [log, scene, ...rest] = positionals;
  if (log === undefined) throw new TypeError("Name the event log: scenecast replay <log.gz>.");
  if (rest.length > 0) throw new TypeError(`"${rest[0]}" is one too many. See scenecast replay --help.`);
  if (values.snapshot === "") throw new TypeError("--snapshot must be a path.");
  if (values["no-serve"] === true && values.port !== undefined) {
    throw new TypeError("--port is of no use with --no-serve.");
  }
  return {
    log,
    scene: scene ?? null,
    speed: speedOf(values.speed ?? "1"),
    room: values.room ?? null,
    snapshot: values.snapshot ?? null,
    port: values["no-serve"] === true ? null : portOf(values.port ?? "8080", 0),
  };
}

function speedOf(text: string): ReplaySpeed {
  if (text === "max") return text;
  const speed = numberOf(text);
  if (speed >= 0.1 && speed <= 100) return speed;
  throw new TypeError("--speed must be a number from 0.1 to 100, or max.");
}

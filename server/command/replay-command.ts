/** Owns `scenecast replay`: what it prints, how it ends, and with which exit code. */

import { writeFileSync } from "node:fs";
import { type Recording, readRecording } from "../replay/recording.ts";
import { Replay } from "../replay/replay.ts";
import { inWordsOfCommandLine } from "./command-line.ts";
import { exitCodeFor } from "./exit-codes.ts";
import type { ReplayCommand } from "./replay-flags.ts";

const PROGRESS_MS = 1000;
/** After this long a replay that does not end is left behind, and the operating system cleans up. */
const CLOSE_DEADLINE_MS = 2000;

/** Plays a log. Resolves with the exit code. */
export async function replay(command: ReplayCommand): Promise<number> {
  const stop = new AbortController();
  const stopped = new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stop.abort();
      setTimeout(() => process.exit(0), CLOSE_DEADLINE_MS).unref();
    });
  }
  try {
    const recording = readRecording(command.log, command.room);
    const { scene, speed, port } = command;
    await using played = await Replay.start({ recording, scene, speed, port, signal: stop.signal });
    print(openingOf(command, recording, played.url));
    const inputs = await played.play(progressOf(recording));
    print(`Played ${inputs} inputs.\n`);
    if (command.snapshot !== null) {
      writeFileSync(command.snapshot, await played.takePicture());
      print(`The last picture is in ${command.snapshot}.\n`);
    }
    if (played.url === null) return 0;
    print(`It stays at ${played.url} until you press Ctrl-C.\n`);
    await stopped;
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 0;
    return explain(error);
  }
}

function openingOf({ log, scene }: ReplayCommand, recording: Recording, url: string | null): string {
  const { size, steps, missing } = recording;
  const inputs = steps.filter(({ kind }) => kind === "input").length;
  const where = recording.room === "" ? "" : ` of the room ${recording.room}`;
  const lines = [
    `Playing ${inputs} inputs${where} from ${log} into ${scene ?? recording.scene}, at ${size.width}x${size.height}.`,
    ...(url === null ? [] : [`To watch: ${url}`]),
    ...(missing.messages === 0 ? [] : [`${missing.messages} messages to the scene are not played: the log has none.`]),
    ...(missing.lines === 0 ? [] : [`${missing.lines} lines of the log were lost when it was written.`]),
  ];
  return `${lines.join("\n")}\n`;
}

function progressOf({ steps }: Recording): (inputs: number, ms: number) => void {
  const all = steps.filter(({ kind }) => kind === "input").length;
  let toldAt = performance.now();
  return (inputs, ms) => {
    if (performance.now() - toldAt < PROGRESS_MS) return;
    toldAt = performance.now();
    print(`  ${inputs} of ${all} inputs, ${(ms / 1000).toFixed(1)} s\n`);
  };
}

function explain(error: unknown): number {
  const sentence = error instanceof Error ? inWordsOfCommandLine(error.message) : String(error);
  process.stderr.write(`scenecast: ${sentence}\n`);
  return exitCodeFor(error);
}

function print(text: string): void {
  process.stdout.write(text);
}

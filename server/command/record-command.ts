/** Owns `scenecast record`: what it prints, how it ends, and with which exit code. */

import { StreamError } from "../../shared/errors.ts";
import { resolveOptions } from "../options/options.ts";
import { resolveRecord } from "../recordings/record-options.ts";
import type { RecordingInfo } from "../recordings/recording-info.ts";
import { SceneRecorder } from "../scene-recorder.ts";
import { bytesWords } from "./bytes-words.ts";
import { inWordsOfCommandLine } from "./command-line.ts";
import { exitCodeFor } from "./exit-codes.ts";
import { Progress } from "./progress.ts";
import type { RecordCommand } from "./record-flags.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const LOOK_MS = 200;
/** After this long a recording that does not end is left behind; what is in its file can be played. */
const CLOSE_DEADLINE_MS = 3000;

/** Records. Resolves with the exit code. */
export async function record(command: RecordCommand): Promise<number> {
  const { signal } = stopOnSignals({ exitCode: 0, deadlineMs: CLOSE_DEADLINE_MS });
  try {
    await using recorder = await start(command);
    signal.addEventListener("abort", () => recorder.stop(), { once: true });
    if (signal.aborted) recorder.stop();
    const info = await follow(recorder, command.seconds);
    if (info.error !== null) throw new StreamError("output-failed", info.error);
    process.stdout.write(`${info.path}: ${secondsWords(info)}, ${bytesWords(info.bytes)}.\n`);
    return 0;
  } catch (error) {
    const sentence = error instanceof Error ? inWordsOfCommandLine(error.message) : String(error);
    process.stderr.write(
      `scenecast: ${sentence.replace(/^options\.codec/, "--codec").replace(/^options\.file/, "The file")}\n`,
    );
    return exitCodeFor(error);
  }
}

async function start({
  file,
  seconds,
  cutRests,
  keyFrameSeconds,
  options,
  parameters,
}: RecordCommand): Promise<SceneRecorder> {
  const resolved = resolveOptions(options);
  const { codec } = resolved.encode;
  const asked = { file, cutRests, keyFrameSeconds, ...(seconds === null ? {} : { seconds }) };
  const wanted = resolveRecord("options", codec === null ? asked : { ...asked, codec }, { codec, cutRests });
  return await SceneRecorder.start(
    { ...resolved, parameters: { ...resolved.parameters, flags: parameters } },
    { ...wanted, file },
  );
}

/** Shows how far it is until it is over. */
async function follow(recorder: SceneRecorder, seconds: number | null): Promise<RecordingInfo> {
  const progress = new Progress(process.stdout, seconds);
  const looks = setInterval(() => {
    const { info } = recorder;
    progress.show(info.seconds ?? 0, bytesWords(info.bytes));
  }, LOOK_MS);
  await recorder.over;
  clearInterval(looks);
  progress.end();
  return recorder.info;
}

function secondsWords({ seconds }: RecordingInfo): string {
  return `${(seconds ?? 0).toFixed(1)} s`;
}

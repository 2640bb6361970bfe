/** Owns looking at what encodes: each encoder really encodes, in a process of its own. Main process. */

import type { FromEncodeProbe, TriedEncoder } from "../encode/video/encode-probe-protocol.ts";
import { siblingUrl } from "../platform/threads.ts";
import type { Finding } from "./finding.ts";
import { runProbe } from "./probe.ts";

const DEADLINE_MS = 60_000;
/** Falls of the probe beyond this are one and the same. */
const MAX_FALLS = 6;
/** With 60 frames a second there is so much time for one. */
const MAX_PICTURE_MS = 16;

/** Tries every encoder. One that makes its process fall is told as such, and the others are tried by another one. */
export async function tryEncoders(
  url: URL = siblingUrl(import.meta.url, "../encode/video/encode-probe-process"),
): Promise<readonly TriedEncoder[]> {
  const tried: TriedEncoder[] = [];
  let next = 0;
  for (let falls = 0; falls < MAX_FALLS; falls += 1) {
    const args = [String(next)];
    const { messages, fall } = await runProbe<FromEncodeProbe>({ url, args, deadlineMs: DEADLINE_MS });
    tried.push(...messages.flatMap((message) => (message.kind === "tried" ? [message.encoder] : [])));
    const last = messages.at(-1);
    if (last?.kind !== "trying") break;
    tried.push({ ...last.encoder, pictureMs: null, refusal: fall ?? "its process ended" });
    next = last.at + 1;
  }
  return tried;
}

/** What the trials come to: what viewers can be sent, by what, and how fast. */
export function examineEncoders(tried: readonly TriedEncoder[]): Finding {
  const name = "encoders";
  const reinstall = "npm rebuild node-av";
  const working = tried.filter((encoder) => encoder.pictureMs !== null);
  if (working.length === 0) {
    const why = tried[0]?.refusal ?? "the encoders' process did not start";
    return { name, verdict: "broken", sentence: `none works: ${why}`, mend: reinstall };
  }
  // As a server does, of a codec's encoders the first that works.
  const taken = [...Map.groupBy(working, ({ codec }) => codec).values()].flatMap(([first]) => first ?? []);
  const sentence = taken.map(wordsOf).join(", ");
  const h264 = taken.find(({ codec }) => codec === "h264");
  if (h264 === undefined) {
    const why = tried.find(({ codec, isHardware }) => codec === "h264" && !isHardware)?.refusal ?? "it is not there";
    return { name, verdict: "slow", sentence: `${sentence}; no h264 (${why})`, mend: reinstall };
  }
  if ((h264.pictureMs ?? 0) > MAX_PICTURE_MS) {
    return { name, verdict: "slow", sentence, mend: "scenecast serve --size 960x540" };
  }
  return { name, verdict: "good", sentence, mend: null };
}

function wordsOf({ codec, name, isHardware, pictureMs }: TriedEncoder): string {
  return `${codec} ${(pictureMs ?? 0).toFixed(1)} ms${isHardware ? ` (${name}, hardware)` : ""}`;
}

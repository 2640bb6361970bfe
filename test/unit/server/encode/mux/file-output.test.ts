/** A recording that is to be so long: no packet of later makes it longer, however late the timer is. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileOutput } from "../../../../../server/encode/mux/file-output.ts";
import type { MuxPacket } from "../../../../../server/encode/mux/mux-protocol.ts";
import { openEncoder } from "../../../../../server/encode/video/av-encoder.ts";
import { milliseconds, now } from "../../../../../shared/time.ts";

const size = { width: 64, height: 48 };
const encoder = openEncoder({ codec: "vp8", size, maxFps: 30, bitrateBps: 1e6, threads: 1 });
const [keyFrame] = encoder.encode({ rgba: new Uint8Array(64 * 48 * 4), i420: null }, true);
encoder.close();

function packet(time: number, isKeyFrame: boolean): MuxPacket {
  const data = keyFrame?.data ?? new Uint8Array();
  return { codec: "vp8", data, isKeyFrame, frame: 1, tier: 3, atRest: false, time: milliseconds(time) };
}

test("a recording of a second and a half is no longer where a busy machine brings all of its packets at once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-file-output-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "late.webm");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const target = { kind: "file", path, container: "webm", cutRests: false, maxSeconds: 1.5 } as const;
  const output = new FileOutput(target, (error) => (error === null ? resolve() : reject(error)));
  const began = now() - 5000;
  for (const [index, at] of [0, 1000, 1499, 1500, 4000].entries()) output.take(packet(began + at, index === 0));
  await promise;
  expect(output.figures).toMatchObject({ packets: 3, seconds: 1.5 });
});

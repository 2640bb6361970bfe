/** What the command says of this very machine, on which the other tests of this folder draw and encode. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

test("the doctor draws and encodes here, finds the colours right, and tells no token", async () => {
  const args = ["--conditions=scenecast-source", "server/cli.ts", "doctor", "--json"];
  const env = { ...process.env, NGROK_AUTHTOKEN: "2abcSecret" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { name: string; sentence: string }[] };
  const sentenceOf = (name: string) => findings.find((finding) => finding.name === name)?.sentence ?? "";
  expect(ok).toBe(true);
  expect(sentenceOf("renderer")).toMatch(/ on (?:Vulkan|OpenGL) .*right colours.* 1280x720 in [\d.]+ ms/);
  expect(sentenceOf("encoders")).toMatch(/^h264 [\d.]+ ms.*, vp8 .*, vp9 .*, av1 /);
  expect(sentenceOf("UDP")).toContain("an echo on 127.0.0.1 took");
  expect(stdout).not.toContain("2abcSecret");
});

/** The command, asked for profiles and for a trace, with a real scene: what it leaves is what tools open. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { Trace } from "../../server/index.ts";
import { traceProblems } from "../support/trace-problems.ts";

const root = new URL("../../", import.meta.url);

type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
};

test("SIGUSR2 leaves a trace, and every thread leaves a profile when it ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-profiles-"));
  const scene = "test/fixtures/scenes/counted.ts";
  const args = ["--conditions=scenecast-source", "server/cli.ts", scene, "--port", "0", "--cpu-profile", folder];
  const child = spawn(process.execPath, [...args, "--size", "320x192"], { cwd: root });
  const out = createInterface(child.stdout);
  const err = createInterface(child.stderr);
  const ended = once(child, "close");
  for await (const line of out) if (line.includes("press Ctrl-C")) break;
  child.kill("SIGUSR2");
  let file = "";
  for await (const line of err) {
    file = /^The trace is in (\S+);/.exec(line)?.[1] ?? "";
    if (file !== "") break;
  }
  child.kill("SIGINT");
  await ended;
  expect(traceProblems(JSON.parse(readFileSync(file, "utf8")) as Trace)).toEqual([]);

  const profiles = readdirSync(folder);
  for (const name of ["main-process", "scene", "render-thread", "encode-thread-h264-0"]) {
    const found = profiles.find((profile) => new RegExp(`^${name}-\\d+-\\d+\\.cpuprofile$`).test(profile));
    expect(found, `${name} in ${profiles}`).toBeDefined();
    const profile = JSON.parse(readFileSync(join(folder, found ?? ""), "utf8")) as Profile;
    const nodes = new Set(profile.nodes.map(({ id }) => id));
    expect(profile.samples.length).toBeGreaterThan(10);
    expect(profile.timeDeltas).toHaveLength(profile.samples.length);
    expect(profile.samples.every((sample) => nodes.has(sample))).toBe(true);
  }
});

/** A film that is interrupted: killed while it encodes, stopped while it downloads, and a disk that is full. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filmToHls } from "../../server/index.ts";
import { type RunningCommand, startCli } from "../support/cli.ts";
import { probe } from "../support/ffmpeg.ts";
import { makeMovie } from "../support/made-movie.ts";
import { MovieServer } from "../support/movie-server.ts";
import { canMountDisks, SmallDisk } from "../support/small-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-resume-"));
const at = (...names: string[]) => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  makeMovie(at("long.mp4"), { size: "426x240", seconds: 18, more: ["-b:v", "1M"] });
  makeMovie(at("short.mp4"), { size: "160x90", seconds: 3 });
});

const command = (...words: string[]): RunningCommand => startCli(["hls", ...words]);

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 20, timeout: 60_000 }).toBe(true);
}

/** Files of a film in the making whose names end so. */
function workFiles(to: string, ending: string): readonly string[] {
  if (!existsSync(at(to, ".work"))) return [];
  const names = readdirSync(at(to, ".work"), { recursive: true }).map(String);
  return names.filter((name) => name.endsWith(ending)).map((name) => at(to, ".work", name));
}

test("EM1, VQ3: after a kill -9 it goes on behind the last segment that is whole, and all pictures are there once", async () => {
  const words = [at("long.mp4"), "--to", at("killed"), "--sizes", "240,120", "--segment", "2"];
  const first = command(...words);
  const segments = () => workFiles("killed", ".m4s").filter((path) => !path.includes("/sound/"));
  await until(() => segments().filter((path) => path.includes("/240/")).length >= 3);
  process.kill(first.pid, "SIGKILL");
  expect((await first.ended).signal).toBe("SIGKILL");
  // VF1
  expect(readdirSync(at("killed")).sort()).toEqual([".work", "index.json"]);
  // The process that encodes goes with it.
  await sleep(300);
  const before = new Map(segments().map((path) => [path.replace(/^.*\/hls\//, ""), statSync(path).ino]));
  expect((await command(...words).ended).code).toBe(0);
  expect(readdirSync(at("killed")).sort()).toEqual(["index.json", "long"]);
  const kept = [...before].filter(([name, inode]) => statSync(at("killed", "long", name)).ino === inode);
  expect(kept.length).toBeGreaterThanOrEqual(5);
  for (const name of ["120", "240"]) {
    const times = probe(at("killed", "long", name, "playlist.m3u8"), "v", "frame", "pts_time").map(
      ({ pts_time: time }) => Number(time),
    );
    expect(times).toHaveLength(540);
    expect(Math.max(...times.map((time, number) => Math.abs(time - number / 30)))).toBeLessThan(0.001);
  }
});

test("DM1: after Ctrl-C a half download goes on; of a movie that was changed meanwhile it begins anew", async () => {
  const bytes = readFileSync(at("short.mp4"));
  const movie = { bytes, bytesPerSecond: bytes.length / 4 };
  await using server = await MovieServer.start({ "/short.mp4": movie });
  const words = [`${server.origin}/short.mp4`, "--to", at("stopped"), "--sizes", "120"];
  const first = command(...words);
  await until(() => workFiles("stopped", ".part").some((path) => statSync(path).size > bytes.length / 4));
  process.kill(first.pid, "SIGINT");
  expect(await first.ended).toMatchObject({ code: 130, said: expect.stringContaining("the same command goes on") });
  server.set("/short.mp4", { bytes });
  expect((await command(...words).ended).code).toBe(0);
  expect(server.seen.map(({ status }) => status)).toEqual([200, 206]);
  const hash = (path: string) => probe(path, "a", "packet", "pts,data_hash").filter(({ pts }) => Number(pts) >= 0);
  expect(hash(at("stopped", "short", "sound", "playlist.m3u8"))).toHaveLength(hash(at("short.mp4")).length);

  server.set("/other.mp4", { bytes, bytesPerSecond: bytes.length, faults: [{ kind: "cut", after: bytes.length / 2 }] });
  const other = filmToHls({
    sources: [`${server.origin}/other.mp4`],
    to: at("changed"),
    sizes: [120],
    onMessage: () => server.set("/other.mp4", { bytes, etag: '"two"' }),
  });
  expect((await other).movies[0]?.state).toBe("made");
  expect(server.seen.slice(2).map(({ range, status }) => [range === null, status])).toEqual([
    [true, 200],
    [false, 200],
  ]);
});

test("VF2: two do not write into one folder at once, and what is too large is not downloaded", async () => {
  const bytes = readFileSync(at("short.mp4"));
  await using server = await MovieServer.start({ "/slow.mp4": { bytes, bytesPerSecond: bytes.length / 60 } });
  const first = command(`${server.origin}/slow.mp4`, "--to", at("shared"), "--max-download", "1k");
  const { code, said } = await first.ended;
  expect([code, said]).toEqual([1, expect.stringContaining("it is larger than 1000 bytes")]);
  const holder = command(`${server.origin}/slow.mp4`, "--to", at("shared"), "--sizes", "120");
  await until(() => existsSync(at("shared", ".work", "process")));
  const second = await command(`${server.origin}/slow.mp4`, "--to", at("shared")).ended;
  expect([second.code, second.said]).toEqual([8, expect.stringMatching(/The process \d+ writes into/)]);
  process.kill(holder.pid, "SIGTERM");
  expect((await holder.ended).code).toBe(130);
});

test.runIf(canMountDisks)("VQ2: a full disk is told of at once, and with room the same goes on", async () => {
  using disk = new SmallDisk(at("disk"), "100k");
  const options = { sources: [at("short.mp4"), at("long.mp4")], to: join(disk.folder, "film"), sizes: [120] };
  await expect(filmToHls(options)).rejects.toMatchObject({
    code: "output-failed",
    message: expect.stringMatching(/cannot be written: the disk is full\.$/),
  });
  await using server = await MovieServer.start({ "/long.mp4": { bytes: readFileSync(at("long.mp4")) } });
  const loaded = filmToHls({ ...options, sources: [`${server.origin}/long.mp4`] });
  await expect(loaded).rejects.toMatchObject({
    code: "output-failed",
    message: expect.stringMatching(/disk is full/),
  });
  disk.resize("64m");
  const { movies } = await filmToHls({ ...options, sources: [at("long.mp4")] });
  expect(movies.map(({ state }) => state)).toEqual(["made"]);
});

/** A film that others make: Redis as Debian has it, the queue's owner and a worker as processes in folders of their own. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FilmOptions, filmToHls } from "../../server/index.ts";
import type { JobQueue } from "../../server/jobs/job-queue.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import type { Child } from "../support/child.ts";
import { probe } from "../support/ffmpeg.ts";
import { makeMovie } from "../support/made-movie.ts";
import { MovieServer } from "../support/movie-server.ts";
import { killMachine, serveQueue, startFilm, startWorker } from "../support/queue-machines.ts";
import { RedisServer } from "../support/redis-server.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-film-queue-"));
const at = (...names: string[]) => join(folder, ...names);
const said: string[] = [];
let redis: RedisServer;
let owner: Child;
let worker: Child | null = null;
let queue: JobQueue;
let server: MovieServer;
let sources: readonly string[];

const film = (to: string, options: Partial<FilmOptions> = {}) =>
  filmToHls({ sources, to: at(to), segmentSeconds: 2, onMessage: (line) => said.push(line), ...options });
const jobs = () => queue.store.list({ archived: true });
/** Pictures differ a little from one encoding to the next, since its threads race for bits; nothing else does. */
const ofPictures = /\/(90|120)\/\w+\.m4s$|\.json$|master\.m3u8$/;
/** All files of a film, with who may read them, and the bytes of those that are always the same. */
const contentOf = (to: string) =>
  readdirSync(at(to), { recursive: true })
    .map(String)
    .sort()
    .map((path) => {
      const stat = statSync(at(to, path));
      const isKnown = stat.isFile() && !ofPictures.test(path);
      return [path, stat.mode, isKnown ? readFileSync(at(to, path), "base64") : null] as const;
    });
/** When pictures are shown, and which of them are key pictures. */
const picturesOf = (to: string) =>
  ["near/90", "far/120"].map((track) =>
    probe(at(to, track, "playlist.m3u8"), "v", "packet", "pts,flags")
      .map(({ pts, flags }) => `${pts} ${flags?.startsWith("K")}`)
      .sort(),
  );
const withoutRates = (value: object): unknown =>
  JSON.parse(JSON.stringify(value, (name, field: unknown) => (name === "peakBps" ? null : field)));
const indexOf = (to: string) => withoutRates(JSON.parse(readFileSync(at(to, "index.json"), "utf8")) as object);

beforeAll(async () => {
  makeMovie(at("near.mp4"), { size: "160x90", seconds: 5 });
  makeMovie(at("far.mp4"), {
    size: "160x120",
    seconds: 3,
    sound: ["-c:a", "libopus", "-ac", "1"],
    more: ["-strict", "-2"],
  });
  writeFileSync(at("broken.mp4"), "no movie");
  const bytes = readFileSync(at("far.mp4"));
  server = await MovieServer.start({ "/far.mp4": { bytes }, "/slow.mp4": { bytes, bytesPerSecond: 1000 } });
  sources = [at("near.mp4"), at("broken.mp4"), at("gone.mp4"), `${server.origin}/far.mp4?key=secret`];
  redis = await RedisServer.start(at("redis"));
  owner = await serveQueue(redis.url, at("owner"));
  queue = await openQueue({ kind: "queue", url: redis.url });
});

afterAll(async () => {
  await queue.close();
  await Promise.all([worker, owner].map((child) => child?.close()));
  await redis.close();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("VJ1, VJ2: after a kill the same film goes on with its job, and what workers make is what is made here", async () => {
  const note = at("out", ".work", "job.json");
  const killed = await startFilm(redis.url, [...sources, "--to", at("out"), "--segment", "2"]);
  await expect.poll(() => existsSync(note) && readFileSync(note, "utf8").endsWith("}")).toBe(true);
  await killMachine(killed);
  const [job, ...others] = await jobs();
  expect(others).toEqual([]);
  expect(job).toMatchObject({ kind: "film", state: "waiting" });
  const tasks = await queue.store.tasks(job?.id ?? "");
  // Nothing of an address shows: it may let in.
  expect(tasks.map(({ label }) => label)).toEqual(["near.mp4", "broken.mp4", "far"]);
  for (const hidden of ["secret", "127.0.0.1", folder]) expect(readFileSync(note, "utf8")).not.toContain(hidden);
  expect(server.seen).toEqual([]);

  worker = await startWorker(redis.url, at("worker"), { words: ["--workers", "1"] });
  const parts: number[] = [];
  const onProgress: FilmOptions["onProgress"] = ({ queue: sent }) => parts.push(sent?.part ?? 0);
  const made = await film("out", { queue: redis.url, onProgress });
  expect(said.join("\n")).not.toMatch(/sent to the queue|secret|hidden-word/);
  expect(made.movies.map(({ state }) => state)).toEqual(["made", "failed", "failed", "made"]);
  expect(Math.max(...parts)).toBe(1);
  expect(await jobs()).toEqual([]);
  const here = await film("here");
  expect(withoutRates(made.movies)).toEqual(withoutRates(here.movies));
  expect(indexOf("out")).toEqual(indexOf("here"));
  expect(contentOf("out")).toEqual(contentOf("here"));
  expect(contentOf("out").length).toBeGreaterThan(20);
  expect(picturesOf("out")).toEqual(picturesOf("here"));
  expect(picturesOf("out").map(({ length }) => length)).toEqual([150, 90]);
});

test("what is whole is not sent again, what failed is", async () => {
  const asked = server.seen.length;
  said.length = 0;
  const again = await film("out", { queue: redis.url });
  expect(again.movies.map(({ state }) => state)).toEqual(["there", "failed", "failed", "there"]);
  expect(said).toContain("A movie is sent to the queue.");
  expect(said).toContain("broken is no movie that can be read.");
  expect(server.seen).toHaveLength(asked);
});

test("VJ2: who stops it ends the job, and its worker is free for others", async () => {
  const stop = new AbortController();
  const onProgress: FilmOptions["onProgress"] = ({ queue: sent }) => sent?.running === 1 && stop.abort();
  const stopped = film("stopped", {
    ...{ sources: [`${server.origin}/slow.mp4`, at("near.mp4")], queue: redis.url, onProgress, signal: stop.signal },
  });
  await expect(stopped).rejects.toMatchObject({ code: "closed" });
  expect(await jobs()).toEqual([]);
  expect(readdirSync(at("stopped"))).toEqual(["index.json"]);
  const { movies } = await film("stopped", { sources: [at("near.mp4")], queue: redis.url });
  expect(movies.map(({ state }) => state)).toEqual(["made"]);
});

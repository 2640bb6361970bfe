/** A film by a queue whose workers do as the tests say. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filmByQueue } from "../../../../server/film/film-by-queue.ts";
import { FilmFolder } from "../../../../server/film/film-folder.ts";
import { resolveFilmOptions } from "../../../../server/film/film-options.ts";
import { type Planned, planOf } from "../../../../server/film/film-plan.ts";
import { FilmProgressMeter } from "../../../../server/film/film-progress.ts";
import type { TakenTask } from "../../../../server/jobs/job-queue.ts";
import { type FolderQueue, openFolder } from "../../../../server/jobs/open-folder.ts";
import type { Json } from "../../../../shared/custom-message.ts";

let root: string;
let queue: FolderQueue;
let folder: FilmFolder;
const said: string[] = [];
const result = { seconds: 1, size: { width: 16, height: 16 }, frames: 25, renditions: [], sound: null, damaged: 0 };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "scenecast-film-by-queue-"));
  queue = openFolder(join(root, "jobs"));
  folder = new FilmFolder(join(root, "out"));
  said.length = 0;
});
afterEach(async () => {
  await queue.close();
  folder.close();
  rmSync(root, { recursive: true, force: true });
});

function begin(titles: readonly string[], signal?: AbortSignal): { planned: readonly Planned[]; over: Promise<void> } {
  const onMessage = (line: string): void => void said.push(line);
  const named = { sources: titles, to: join(root, "out"), onMessage };
  const options = resolveFilmOptions(signal === undefined ? named : { ...named, signal });
  const planned = titles.map((title) => {
    // One that is written again would be another movie.
    if (!existsSync(join(root, title))) writeFileSync(join(root, title), title);
    return planOf({ title, from: { kind: "file", path: join(root, title) } }, folder, options);
  });
  const meter = new FilmProgressMeter(titles.length, 0);
  return { planned, over: filmByQueue(queue.store, planned, { options, folder, meter, ended: () => undefined }) };
}

async function take(): Promise<TakenTask> {
  for (;;) {
    const task = await queue.source.take({ worker: "test", policy: "fifo", jobs: null });
    if (task !== null) return task;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function finish({ token, folder: own }: TakenTask, made: Json, files: readonly string[]): Promise<void> {
  mkdirSync(join(own, "output", "hls"), { recursive: true });
  for (const file of files) writeFileSync(join(own, "output", "hls", file), file);
  expect(await queue.source.finish(token, { kind: "done", result: made })).toBe(true);
}

test("VJ1: what a worker brings that is no movie fails that one, and the others are there", async () => {
  const { planned, over } = begin(["whole", "empty", "strange"]);
  await finish(await take(), { ...result, secret: "of the worker" }, ["master.m3u8"]);
  await finish(await take(), result, []);
  await finish(await take(), { ...result, frames: "many" }, ["master.m3u8"]);
  await over;
  expect(planned.map(({ outcome }) => outcome?.state)).toEqual(["made", "failed", "failed"]);
  expect(planned[2]?.outcome?.error).toMatch(/^What a worker made of strange is no movie for HLS/);
  expect(readdirSync(join(root, "out", "whole")).sort()).toEqual(["master.m3u8", "movie.json"]);
  // Only what is asked for is published.
  expect(readFileSync(join(root, "out", "whole", "movie.json"), "utf8")).not.toContain("of the worker");
  expect(await queue.store.list({ archived: true })).toEqual([]);
  expect(folder.job).toBeNull();
});

test("a job that somebody cancels ends the film, and the same film goes on with it", async () => {
  const first = begin(["one", "other"]);
  await finish(await take(), result, ["master.m3u8"]);
  await expect.poll(() => first.planned[0]?.outcome?.state).toBe("made");
  await queue.store.cancel("1");
  await expect(first.over).rejects.toMatchObject({ code: "closed" });
  const again = begin(["other"]);
  await finish(await take(), result, ["master.m3u8"]);
  await again.over;
  expect(again.planned[0]?.outcome?.state).toBe("made");
  expect(said.filter((line) => line.includes("sent to the queue"))).toHaveLength(1);
});

test("VJ2: a job of an earlier run with other movies is ended, and one that is another's is left alone", async () => {
  const others = { work: { kind: "film", settings: null }, maxAttempts: 1, timeLimitSeconds: null } as const;
  const id = await queue.store.add({ ...others, name: "another's", inputs: [{ kind: "value", value: 1 }] });
  folder.keepJob(JSON.stringify({ id, name: "ours", marks: [] }));
  const stop = new AbortController();
  const { over } = begin(["one"], stop.signal);
  await expect.poll(async () => (await queue.store.list({ archived: true })).length).toBe(2);
  stop.abort();
  await expect(over).rejects.toMatchObject({ code: "closed" });
  expect((await queue.store.list({ archived: true })).map(({ name }) => name)).toEqual(["another's"]);
  const own = await queue.store.add({ ...others, name: "ours", inputs: [{ kind: "value", value: 1 }] });
  folder.keepJob(JSON.stringify({ id: own, name: "ours", marks: ["of another movie"] }));
  await queue.store.cancel(id);
  const next = begin(["one"]);
  await expect.poll(async () => await queue.store.job(own)).toBeNull();
  await finish(await take(), result, ["master.m3u8"]);
  await next.over;
  expect((await queue.store.list({ archived: true })).map(({ name }) => name)).toEqual(["another's"]);
});

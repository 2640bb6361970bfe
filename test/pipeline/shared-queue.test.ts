/**
 * Jobs across machines: Redis as Debian has it, the queue's owner and two workers as processes in folders of their own, one of them in a
 * network namespace where that can be; and what is left of the work when any of them is killed.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "../../server/index.ts";
import type { JobQueue, NewJob } from "../../server/jobs/job-queue.ts";
import { JobRunner } from "../../server/jobs/job-runner.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import type { TaskInfo } from "../../shared/jobs.ts";
import type { AskedTask } from "../fixtures/jobs/task.ts";
import type { Child } from "../support/child.ts";
import { canMakeNamespaces, NetworkNamespace } from "../support/namespaces.ts";
import { jobsCommand, killMachine, serveQueue, startWorker } from "../support/queue-machines.ts";
import { RedisServer } from "../support/redis-server.ts";
import { sceneFixture } from "../support/render-probe.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-shared-"));
const jobs = join(folder, "owner");
const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/jobs/${path}`, import.meta.url));
const asked = pathToFileURL(fixture("task.ts")).href;

let far: NetworkNamespace | null = null;
let host = "127.0.0.1";
let redis: RedisServer;
let owner: Child;
let queue: JobQueue;
const workers: Child[] = [];

beforeAll(async () => {
  if (canMakeNamespaces()) {
    far = await NetworkNamespace.create();
    host = far.address.replace(/\d+$/, (last) => String(Number(last) - 1));
  }
  redis = await RedisServer.start(join(folder, "redis"), host);
  owner = await serveQueue(redis.url, jobs, ["--host", host]);
  workers.push(
    ...(await Promise.all([
      startWorker(redis.url, join(folder, "one"), { prefix: far?.prefix ?? [], words: ["--workers", "1"] }),
      startWorker(redis.url, join(folder, "two"), { words: ["--workers", "threads:1", "--policy", "fair"] }),
    ])),
  );
  queue = await openQueue({ kind: "queue", url: redis.url });
});

afterAll(async () => {
  await queue.close();
  await Promise.all([...workers, owner].map((child) => child.close()));
  await redis.close();
  await far?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Inputs by their names, in a folder of their own. */
function inputsOf(inputs: Readonly<Record<string, AskedTask>>): string[] {
  const own = mkdtempSync(join(folder, "in-"));
  return Object.entries(inputs).map(([name, what]) => {
    writeFileSync(join(own, name), JSON.stringify(what));
    return join(own, name);
  });
}

function jobOf(paths: readonly string[], options: Partial<NewJob> = {}): NewJob {
  const inputs = paths.map((path) => ({ kind: "file" as const, path }));
  const work = { kind: "script", script: asked } as const;
  return { name: "test", work, inputs, maxAttempts: 3, timeLimitSeconds: null, ...options };
}

const stateOf = async (id: string) => (await queue.store.job(id))?.state;
const until = (id: string, state: string) => expect.poll(() => stateOf(id), { interval: 100 }).toBe(state);
const briefOf = ({ label, state, attempts }: TaskInfo) => ({ label, state, attempts });

test("TV1 a job is done elsewhere as it is here, with what its script names, when who added it has gone with all of that", async () => {
  const own = mkdtempSync(join(folder, "gone-"));
  cpSync(fixture("travelling"), join(own, "travelling"), { recursive: true });
  const names = ["a b.txt", "-dash.txt", "quote'\".txt", "ünïcödé 🎬.txt", "new\nline.txt", "%41?#.txt"];
  mkdirSync(join(own, "in"));
  for (const name of names) writeFileSync(join(own, "in", name), `to ${name}`);
  const script = pathToFileURL(join(own, "travelling", "work.ts")).href;
  const job = jobOf(
    names.map((name) => join(own, "in", name)),
    { work: { kind: "script", script } },
  );
  const here = await openQueue({ kind: "folder", folder: join(folder, "here") });
  const local = await here.store.add(job);
  const isOver = async () => (await here.store.job(local))?.endedAt !== null;
  const { signal } = new AbortController();
  await new JobRunner({
    ...{ source: here.source, workers: 1, kind: "processes", policy: "focused", jobs: null, isOver, signal },
  }).run();
  const id = await queue.store.add(job);
  rmSync(own, { recursive: true });
  await until(id, "done");
  for (const index of names.keys()) {
    const [one, other] = [await here.store.result(local, index), await queue.store.result(id, index)];
    expect(one).toMatchObject({ beside: ["parts", "unnamed.txt", "words.json", "work.ts"] });
    const beside = expect.arrayContaining(["parts", "words.json", "work.ts"]);
    expect(other).toEqual({ ...(one as object), beside });
    expect((other as { beside: string[] }).beside).not.toContain("unnamed.txt");
    const files = await queue.store.files(id, index);
    expect(files).toEqual(await here.store.files(local, index));
    for (const { path } of files) {
      const read = async (store: JobQueue["store"], job: string) =>
        readFileSync((await store.fileAt(job, index, path)) ?? "", "utf8");
      expect(await read(queue.store, id)).toBe(await read(here.store, local));
    }
  }
  await here.close();
  const tasks = await queue.store.tasks(id);
  expect(new Set(tasks.map(({ worker }) => worker)).size).toBe(2);
  // Its inputs go with it.
  expect(await queue.store.remove(id)).toBe(true);
  await expect.poll(() => readdirSync(join(jobs, "inputs"))).toEqual([]);
});

test("RL1 the same commands add, show, download and end jobs, and no password is in what anybody says", async () => {
  const [ends = "", fails = ""] = inputsOf({ "ends.json": { does: "ends" }, "fails.json": { does: "throws" } });
  const zip = join(folder, "out.zip");
  const words = ["add", "--script", fixture("task.ts"), "--input", ends, "--input", fails, "--name", "both"];
  const added = await jobsCommand(redis.url, [...words, "--wait", "--download", "--to", zip]);
  expect(added).toMatchObject({ code: 1, out: expect.stringContaining("failed, 1 of 2 done, 1 failed.") });
  const id = added.out.split("\n")[0] ?? "";
  const read = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('0001 fails.json/stderr.txt').decode())";
  expect(execFileSync("python3", ["-c", read, zip], { encoding: "utf8" })).toContain("Error: It is no clip.");
  const ended = await queue.store.add(jobOf(inputsOf({ a: { does: "hangs" } })));
  await expect.poll(async () => (await queue.store.job(ended))?.tasks.running).toBe(1);
  const said = await Promise.all([
    jobsCommand(redis.url, ["list"]),
    jobsCommand(redis.url, ["view", id]),
    jobsCommand(redis.url, ["cancel", ended]),
    jobsCommand(redis.url, ["view", "9999"]),
    jobsCommand(redis.url.replace(RedisServer.password, "wrong-word-11"), ["list"]),
    jobsCommand(redis.url, [
      "add",
      "--render",
      "--input",
      fixture("task.ts"),
      "--",
      "--audio",
      "a.mp3",
      "--frames",
      "0..1",
    ]),
  ]);
  expect(said.map(({ code }) => code)).toEqual([0, 1, 0, 1, 8, 2]);
  expect(said[4]?.error).toMatch(
    /^scenecast: Redis at \S+ cannot be used: the name or the password in its address is wrong\.\n$/,
  );
  expect(said[5]?.error).toContain("--audio names a file of this machine");
  expect(await stateOf(ended)).toBe("cancelled");
  // JQ4: who did it is free again.
  const next = await queue.store.add(jobOf(inputsOf({ b: { does: "ends" }, c: { does: "ends" } })));
  await until(next, "done");
  const all =
    [added, ...said].map(({ out, error }) => out + error).join("") + [owner, ...workers].map(({ log }) => log).join("");
  expect(all).not.toMatch(/hidden-word|wrong-word/);
});

test("a scene is rendered elsewhere to the same pictures as here, though nothing of it was there", async () => {
  const words = ["add", "--render", "--input", fileURLToPath(sceneFixture("animated")), "--as", "%05d.png"];
  const behind = ["--", "--frames", "0..2", "--size", "160x90", "--samples", "1"];
  const pictures = async ({ store }: JobQueue, id: string): Promise<readonly (readonly [string, string])[]> => {
    const paths = (await store.files(id, 0)).map(({ path }) => path).filter((path) => path.endsWith(".png"));
    const digest = async (path: string) =>
      createHash("sha256")
        .update(readFileSync((await store.fileAt(id, 0, path)) ?? ""))
        .digest("hex");
    return await Promise.all(paths.map(async (path) => [path, await digest(path)] as const));
  };
  const remote = await jobsCommand(redis.url, [...words, "--wait", ...behind]);
  expect(remote).toMatchObject({ code: 0 });
  const place = join(folder, "rendered-here");
  const local = await jobsCommand(null, [...words, "--folder", place, "--run", "--workers", "1", ...behind]);
  expect(local).toMatchObject({ code: 0 });
  const here = await openQueue({ kind: "folder", folder: place });
  const expected = await pictures(here, "1");
  expect(expected).toHaveLength(3);
  expect(await pictures(queue, remote.out.split("\n")[0] ?? "")).toEqual(expected);
  await here.close();
});

test("a pool's items are done elsewhere by one option, and its job is gone afterwards", async () => {
  await using pool = createPool({ queue: redis.url });
  const items = Array.from({ length: 4 }, (_, number) => ({ number }));
  const module = new URL("../fixtures/jobs/squares.ts", import.meta.url);
  const before = (await queue.store.list({ archived: true })).length;
  expect(await pool.map(items, module)).toEqual(items.map(({ number }) => ({ square: number * number, before: 0 })));
  await expect(pool.map([{ number: 2, does: "throws" }], module)).rejects.toThrow("2 is too large.");
  expect(await queue.store.list({ archived: true })).toHaveLength(before);
});

test("JQ1 JQ2 OB1 OD2 a worker's machine is lost: others do its tasks, and each has one result", async () => {
  const words = ["--workers", "2"];
  const lost = await startWorker(redis.url, join(folder, "three"), { words });
  const names = Array.from({ length: 6 }, (_, number) => `t${number}`);
  const id = await queue.store.add(
    jobOf(inputsOf(Object.fromEntries(names.map((name) => [name, { does: "waits", count: 0.4 }])))),
  );
  const isAtIt = async () =>
    (await queue.store.tasks(id)).filter(
      ({ state, worker }) => state === "running" && worker?.includes(`-${lost.pid}-`),
    );
  await expect.poll(async () => (await isAtIt()).length, { interval: 50 }).toBe(2);
  await killMachine(lost);
  await until(id, "done");
  const tasks = await queue.store.tasks(id);
  expect(tasks.map(({ label, state }) => ({ label, state }))).toEqual(names.map((label) => ({ label, state: "done" })));
  expect(tasks.filter(({ attempts }) => attempts === 2).length).toBeGreaterThan(0);
  for (const { index, label } of tasks) {
    expect(await queue.store.result(id, index)).toMatchObject({ made: label });
    expect(await queue.store.files(id, index)).toHaveLength(3);
  }
  expect(readdirSync(join(jobs, "drafts"))).toEqual([]);
});

test.each([false, true])(
  "QO1 Redis is killed and starts again, its data kept: %s; all tasks are done, once each",
  async (keepsData) => {
    const names = ["a", "b", "c", "d"];
    const id = await queue.store.add(
      jobOf(inputsOf(Object.fromEntries(names.map((name) => [name, { does: "waits", count: 0.3 }])))),
    );
    await expect.poll(async () => (await queue.store.job(id))?.tasks.done, { interval: 50 }).toBeGreaterThan(0);
    await redis.restart({ keepsData });
    await until(id, "done");
    expect((await queue.store.tasks(id)).map(briefOf)).toEqual(
      names.map((label) => ({ label, state: "done", attempts: 1 })),
    );
  },
);

test("QW1 OD1 the owner is killed and starts again: what was being done meanwhile is brought to it, and nothing is done twice", async () => {
  const id = await queue.store.add(
    jobOf(inputsOf({ long: { does: "waits", count: 2 }, other: { does: "waits", count: 1 } })),
  );
  await expect.poll(async () => (await queue.store.job(id))?.tasks.running, { interval: 50 }).toBe(2);
  await killMachine(owner);
  // A task ends while there is none.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  owner = await serveQueue(redis.url, jobs, ["--host", host]);
  await until(id, "done");
  expect((await queue.store.tasks(id)).map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(workers.map(({ log }) => log).join("")).toContain("The owner of the queue is back.");
});

test("QC1 a second owner is refused, and says who is the first", async () => {
  await expect(serveQueue(redis.url, join(folder, "other"))).rejects.toThrow(
    /Another process serves this queue, on \S+ at http:/,
  );
  await queue.store.list({ archived: false });
});

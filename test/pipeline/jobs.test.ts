/**
 * Jobs by the real command and real processes and threads: odd inputs, tasks that throw, hang, print, exit and die, killed commands,
 * several commands at once, full disks, renders and encodes, and the zip as others read it.
 */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { JobQueue, NewJob } from "../../server/jobs/job-queue.ts";
import { JobRunner, type JobRunnerOptions } from "../../server/jobs/job-runner.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import type { TaskInfo } from "../../shared/jobs.ts";
import type { AskedTask } from "../fixtures/jobs/task.ts";
import { type EndedCommand, type RunningCommand, startCli } from "../support/cli.ts";
import { readMovie } from "../support/movie-frames.ts";
import { descendantsOf, descendantsRunning, processExists } from "../support/processes.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { canMountDisks, SmallDisk } from "../support/small-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-jobs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = new URL("../fixtures/jobs/task.ts", import.meta.url);
let made = 0;

/** A folder of jobs, and inputs by their names. */
function place(inputs: Readonly<Record<string, AskedTask>>) {
  made += 1;
  const own = join(folder, String(made));
  mkdirSync(join(own, "in"), { recursive: true });
  const paths = Object.entries(inputs).map(([name, asked]) => {
    const path = join(own, "in", name);
    writeFileSync(path, JSON.stringify(asked));
    return path;
  });
  return { own, jobs: join(own, "jobs"), inputs: join(own, "in"), paths };
}

const start = (words: readonly string[]): RunningCommand => startCli(["jobs", ...words]);
const endOf = (words: readonly string[]): Promise<EndedCommand> => start(words).ended;

function jobOf(paths: readonly string[], options: Partial<NewJob> = {}): NewJob {
  const inputs = paths.map((path) => ({ kind: "file" as const, path }));
  return {
    name: "test",
    work: { kind: "script", script: script.href },
    inputs,
    maxAttempts: 3,
    timeLimitSeconds: null,
    ...options,
  };
}

async function runAll(queue: JobQueue, options: Partial<JobRunnerOptions> = {}): Promise<void> {
  const isOver = async (): Promise<boolean> =>
    (await queue.store.list({ archived: false })).every(({ state }) => state !== "waiting" && state !== "running");
  const signal = new AbortController().signal;
  const { source } = queue;
  await new JobRunner({
    source,
    workers: 2,
    kind: "processes",
    policy: "focused",
    jobs: null,
    isOver,
    signal,
    ...options,
  }).run();
}

const briefOf = ({ label, state, attempts, error }: TaskInfo) => ({ label, state, attempts, error });

test("JZ1 one command adds a job of oddly named inputs, does it, and brings a zip that another program unpacks", async () => {
  const names = ["a b.json", "-dash.json", "quote'\".json", "ünïcödé 🎬.json", "back\\slash.json", "new\nline.json"];
  const { own, jobs, inputs } = place(Object.fromEntries(names.map((name) => [name, { does: "ends" }])));
  const zip = join(own, "out.zip");
  const args = [
    "add",
    "--folder",
    jobs,
    "--script",
    fileURLToPath(script),
    "--input",
    `${inputs}/*.json`,
    "--name",
    "odd ones",
  ];
  const { code, out, error } = await endOf([...args, "--wait", "--run", "--download", "--to", zip]);
  expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining("Job 1 has 6 tasks.") });
  expect(out.split("\n")).toEqual(["1", "Job 1, odd ones: done, 6 of 6 done.", zip, ""]);
  const unpacked = join(own, "unpacked");
  execFileSync("python3", ["-m", "zipfile", "-e", zip, unpacked]);
  const { tasks } = JSON.parse(readFileSync(join(unpacked, "job.json"), "utf8")) as {
    tasks: { label: string; folder: string; result: { made: string } }[];
  };
  expect(tasks.map(({ label }) => label).sort()).toEqual([...names].sort());
  for (const { label, folder: name, result } of tasks) {
    expect(result.made).toBe(label);
    expect(readFileSync(join(unpacked, name, "stdout.txt"), "utf8")).toBe(`begun ${label}\n`);
    expect(readFileSync(join(unpacked, name, "stderr.txt"), "utf8")).toBe(`warned ${label}\n`);
    const [output = ""] = readdirSync(join(unpacked, name, "output"));
    expect(readFileSync(join(unpacked, name, "output", output), "utf8")).toBe(`made of ${label}`);
  }
  // Nothing lies beside them.
  expect(readdirSync(unpacked).sort()).toEqual(["job.json", ...tasks.map((task) => task.folder)].sort());
});

test.each(["processes", "threads"] as const)(
  "JR1 JR2 PZ1 PZ2 in %s a task that throws, exits, hangs or spins has failed, and others are done beside it",
  async (kind) => {
    const asked: Record<string, AskedTask> = {
      throws: { does: "throws" },
      exits: { does: "exits", count: 3 },
      prints: { does: "prints", count: 5 },
      ends: { does: "ends" },
    };
    const endless = place({ hangs: { does: "hangs" }, spins: { does: "spins" } });
    const { jobs, paths } = place(asked);
    const queue = await openQueue({ kind: "folder", folder: jobs });
    const limited = await queue.store.add(jobOf(endless.paths, { timeLimitSeconds: 1 }));
    const id = await queue.store.add(jobOf(paths));
    await runAll(queue, { kind, workers: 3 });
    const late = "It took longer than 1 s, and was ended.";
    expect((await queue.store.tasks(limited)).map(briefOf)).toEqual([
      { label: "hangs", state: "failed", attempts: 1, error: late },
      { label: "spins", state: "failed", attempts: 1, error: late },
    ]);
    const tasks = await queue.store.tasks(id);
    expect(tasks.map(briefOf)).toEqual([
      { label: "throws", state: "failed", attempts: 1, error: "It is no clip." },
      { label: "exits", state: "failed", attempts: 1, error: "The task ended its own worker with exit code 3." },
      { label: "prints", state: "done", attempts: 1, error: null },
      { label: "ends", state: "done", attempts: 1, error: null },
    ]);
    const read = async (index: number, path: string) =>
      readFileSync((await queue.store.fileAt(id, index, path)) ?? "", "utf8");
    expect(await read(0, "stderr.txt")).toMatch(/^warned throws\nError: It is no clip\.\n {4}at task .*task\.ts/);
    // The beginning and the end of five megabytes.
    const printed = await read(2, "stdout.txt");
    expect(printed.length).toBeLessThan(2.2e6);
    expect(printed).toMatch(
      /^begun prints\n0{99}\n0{98}1\n[\s\S]*\(… \d{7} bytes were left out here …\)[\s\S]*\n0{94}49999\n$/,
    );
    expect(await read(3, "stdout.txt")).toBe("begun ends\n");
    await queue.close();
  },
);

test("JQ2 a worker that is killed has its task done by another, and one that always dies is given up", async () => {
  const { jobs, paths } = place({ waits: { does: "waits", count: 2 }, dies: { does: "dies" } });
  const queue = await openQueue({ kind: "folder", folder: jobs });
  const id = await queue.store.add(jobOf(paths, { maxAttempts: 2 }));
  const before = new Set(descendantsOf(process.pid));
  const running = runAll(queue);
  await expect.poll(async () => (await queue.store.tasks(id))[0]?.note, { interval: 50 }).toBe("half of it");
  // The worker of the first, by what it has in its own folder of numbers.
  const [victim] = descendantsRunning(process.pid, "piece-process").filter((pid) => !before.has(pid));
  process.kill(victim ?? 0, "SIGKILL");
  await running;
  const [waited, died] = (await queue.store.tasks(id)).map(briefOf);
  expect(died).toEqual({
    label: "dies",
    state: "failed",
    attempts: 2,
    error: "The process that did it ended by SIGKILL. It was begun 2 times.",
  });
  expect(waited).toMatchObject({ state: "done", attempts: 2 });
  await queue.close();
});

test("JQ1 two commands at once and one more that is killed do each task once; after a stop and a kill the next start goes on", async () => {
  const log = join(folder, "begun.log");
  const asked = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`t${n}`, { does: "waits", count: 0.3, log } as const]),
  );
  const { jobs, paths } = place(asked);
  const queue = await openQueue({ kind: "folder", folder: jobs });
  const id = await queue.store.add(jobOf(paths));
  const working = ["start", "--folder", jobs, "--workers", "2"];
  const killed = start(working);
  const done = async (): Promise<number> => (await queue.store.job(id))?.tasks.done ?? 0;
  await expect.poll(done, { interval: 20 }).toBeGreaterThan(0);
  const orphans = descendantsOf(killed.pid);
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");
  await expect.poll(() => orphans.some(processExists)).toBe(false);
  const stopped = start(working);
  const begun = await done();
  await expect.poll(done, { interval: 20 }).toBeGreaterThan(begun);
  stopped.child.kill("SIGINT");
  expect(await stopped.ended).toMatchObject({ code: 130, error: expect.stringContaining("What is done is kept") });
  // JR3
  expect((await queue.store.job(id))?.tasks.running).toBe(0);
  const ends = await Promise.all([endOf(working), endOf(working)]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  const tasks = await queue.store.tasks(id);
  expect(tasks.map(({ state }) => state)).toEqual(tasks.map(() => "done"));
  for (const { index, label } of tasks) {
    expect(await queue.store.result(id, index)).toMatchObject({ made: label });
    expect(await queue.store.files(id, index)).toHaveLength(3);
  }
  expect(readdirSync(join(jobs, "drafts"))).toEqual([]);
  await queue.close();
});

test("JQ4 a job that is cancelled while it runs ends at once, and whoever waits for it is told", async () => {
  const { jobs, paths } = place({ a: { does: "hangs" }, b: { does: "ends" } });
  const queue = await openQueue({ kind: "folder", folder: jobs });
  const end = endOf([
    "add",
    "--folder",
    jobs,
    "--script",
    fileURLToPath(script),
    "--run",
    "--workers",
    "1",
    "--",
    ...paths,
  ]);
  await expect.poll(async () => (await queue.store.job("1"))?.tasks.running ?? 0, { interval: 50 }).toBe(1);
  expect(await endOf(["cancel", "1", "--folder", jobs])).toMatchObject({ code: 0 });
  expect(await end).toMatchObject({ code: 1, out: "1\nJob 1, task.ts: cancelled, 0 of 2 done.\n" });
  expect(await endOf(["view", "1", "--json", "--folder", jobs])).toMatchObject({
    code: 1,
    out: expect.stringContaining('"cancelled"'),
  });
  expect(await endOf(["list", "--folder", jobs])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 {2}task\.ts/),
  });
  await queue.close();
});

test.runIf(canMountDisks)(
  "a full disk is told, by a task and by the list itself, and what is kept stays whole",
  async () => {
    const { own, inputs } = place({ fills: { does: "fills", count: 40 } });
    using small = new SmallDisk(join(own, "disk"), "6m");
    const { folder: disk } = small;
    const args = [
      "add",
      "--folder",
      disk,
      "--script",
      fileURLToPath(script),
      "--input",
      join(inputs, "fills"),
      "--run",
    ];
    const { code, out } = await endOf(args);
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/fills: .*(no space left on device|the disk is full)/),
    });
    writeFileSync(join(disk, "rest"), Buffer.alloc(1));
    expect(() => writeFileSync(join(disk, "rest"), Buffer.alloc(8_000_000))).toThrow("ENOSPC");
    const full = await endOf(args);
    expect(full.code).toBe(8);
    expect(full.error).toMatch(/cannot be (read or )?written: the disk (is|failed or is) full/);
    rmSync(join(disk, "rest"));
    expect(await endOf(["summary", "--folder", disk])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/1 failed/),
    });
  },
);

test("renders and encodes are jobs: pictures of a scene, a movie of them, and that one encoded again", async () => {
  const { own, jobs } = place({});
  const scene = join(own, "my % scene.ts");
  copyFileSync(fileURLToPath(sceneFixture("animated")), scene);
  const render = ["add", "--folder", jobs, "--render", "--input", scene, "--run", "--workers", "1"];
  const bad = await endOf([...render, "--", "--fps", "0"]);
  expect(bad).toMatchObject({
    code: 2,
    out: "",
    error: expect.stringContaining("--fps must be a number from 1 to 240"),
  });
  const { code, error } = await endOf([...render, "--", "--frames", "0..7", "--size", "160x90", "--samples", "1"]);
  expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining("100 %") });
  const queue = await openQueue({ kind: "folder", folder: jobs });
  const movie = (await queue.store.fileAt("1", 0, "output/my _ scene.mp4")) ?? "";
  expect(readMovie(movie).pictures).toHaveLength(8);
  const encode = [
    "add",
    "--folder",
    jobs,
    "--encode",
    "--input",
    movie,
    "--as",
    "webm",
    "--run",
    "--",
    "--size",
    "80x80",
  ];
  expect(await endOf(encode)).toMatchObject({ code: 0 });
  const encoded = readMovie((await queue.store.fileAt("2", 0, "output/my _ scene.webm")) ?? "");
  expect({ size: encoded.size, count: encoded.pictures.length }).toEqual({ size: { width: 80, height: 44 }, count: 8 });
  expect(existsSync(join(jobs, "files", "2", "0", "pictures.mkv"))).toBe(false);
  await queue.close();
});

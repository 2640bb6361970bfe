/** The list of jobs in a folder: what is handed out to whom, once each, and what is told of it. */

import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import type { JobQueue, NewJob, TakenTask, TaskWish } from "../../../../server/jobs/job-queue.ts";
import { openQueue } from "../../../../server/jobs/open-queue.ts";
import { parseJobList, parseJobView } from "../../../../shared/jobs.ts";

const root = mkdtempSync(join(tmpdir(), "scenecast-queue-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

const wish: TaskWish = { worker: "one", policy: "focused", jobs: null };

async function openFresh(): Promise<{ readonly queue: JobQueue; readonly folder: string }> {
  folders += 1;
  const folder = join(root, String(folders));
  return { queue: await openQueue({ kind: "folder", folder }), folder };
}

function jobOf(names: readonly string[], options: Partial<NewJob> = {}): NewJob {
  return {
    name: "clips",
    work: { kind: "script", script: "file:///work.ts" },
    inputs: names.map((name) => ({ kind: "file", path: `/clips/${name}` })),
    maxAttempts: 3,
    timeLimitSeconds: null,
    ...options,
  };
}

async function taken(queue: JobQueue): Promise<TakenTask> {
  const task = await queue.source.take(wish);
  if (task === null) throw new Error("No task waits.");
  return task;
}

test("JQ1 JQ3 tasks are handed out in their order, and each is over once with its files", async () => {
  const { queue, folder } = await openFresh();
  const id = await queue.store.add(jobOf(["a b.mp4", "-é\"'.mp4"]));
  const first = await taken(queue);
  expect(first).toMatchObject({ job: { id, name: "clips" }, index: 0, attempt: 1, input: { path: "/clips/a b.mp4" } });
  writeFileSync(join(first.folder, "output", "out.txt"), "result");
  expect(await queue.store.files(id, 0)).toEqual([]);
  expect(await queue.source.finish(first.token, { kind: "done", result: { frames: 7 } })).toBe(true);
  expect(await queue.source.finish(first.token, { kind: "done", result: 8 })).toBe(false);
  expect(await queue.store.files(id, 0)).toEqual([{ path: "output/out.txt", bytes: 6 }]);
  expect(await queue.store.result(id, 0)).toEqual({ frames: 7 });
  const second = await taken(queue);
  expect(await queue.source.renew([{ token: second.token, progress: 0.5, note: "half" }])).toEqual([]);
  expect(parseJobList({ jobs: await queue.store.list({ archived: false }) })).toMatchObject([
    { id, state: "running", progress: 0.75, tasks: { total: 2, done: 1, running: 1 } },
  ]);
  await queue.source.finish(second.token, { kind: "failed", error: "It is no movie." });
  const view = { job: await queue.store.job(id), tasks: await queue.store.tasks(id) };
  expect(parseJobView(view)).toMatchObject({
    job: { state: "failed", progress: 1 },
    tasks: [
      { label: "a b.mp4", state: "done", attempts: 1, worker: "one" },
      { label: "-é\"'.mp4", state: "failed", error: "It is no movie.", note: "half" },
    ],
  });
  expect(readdirSync(join(folder, "drafts"))).toEqual([]);
  await queue.close();
});

test("JQ2 a lost task is handed out again until it was begun as often as it may be, and one given back does not count", async () => {
  const { queue } = await openFresh();
  const id = await queue.store.add(jobOf(["a"], { maxAttempts: 2 }));
  await queue.source.release((await taken(queue)).token);
  const first = await taken(queue);
  expect(first.attempt).toBe(1);
  await queue.source.finish(first.token, { kind: "lost", error: "It ended by SIGKILL." });
  const second = await taken(queue);
  expect(second.attempt).toBe(2);
  await queue.source.finish(second.token, { kind: "lost", error: "It ended by SIGKILL." });
  expect(await queue.source.take(wish)).toBeNull();
  expect(await queue.store.tasks(id)).toMatchObject([
    { state: "failed", attempts: 2, error: "It ended by SIGKILL. It was begun 2 times." },
  ]);
  expect(await queue.store.retry(id)).toBe(true);
  expect((await taken(queue)).attempt).toBe(1);
  await queue.close();
});

test("JQ1 JQ2 who was silent too long has lost its task, and what it brings later is thrown away", async () => {
  const { queue, folder } = await openFresh();
  const other = await openQueue({ kind: "folder", folder });
  const id = await queue.store.add(jobOf(["a"]));
  const silent = await taken(queue);
  expect(await other.source.take(wish)).toBeNull();
  const database = new DatabaseSync(join(folder, "jobs.sqlite"));
  database.exec("UPDATE tasks SET renewedAt = renewedAt - 60000");
  const next = await taken(other);
  expect(next).toMatchObject({ index: 0, attempt: 2 });
  expect(await queue.source.renew([{ token: silent.token, progress: 1, note: null }])).toEqual([silent.token]);
  expect(await queue.source.finish(silent.token, { kind: "done", result: "late" })).toBe(false);
  // One whose process is gone loses it at once, whenever it was heard of.
  database.exec("UPDATE tasks SET holder = '999999999-1-' || substr(holder, instr(holder, '-') + 1)");
  const [, , namespace] = String(database.prepare("SELECT holder FROM tasks").get()?.["holder"]).split("-").slice(1);
  database.prepare("UPDATE tasks SET holder = ?").run(`999999999-1-${namespace}-abcd`);
  database.close();
  const last = await taken(queue);
  expect(last.attempt).toBe(3);
  expect(await queue.source.finish(last.token, { kind: "done", result: "right" })).toBe(true);
  expect(await queue.store.result(id, 0)).toBe("right");
  expect(readdirSync(join(folder, "drafts"))).toEqual([]);
  await Promise.all([queue.close(), other.close()]);
});

test("JQ4 of a cancelled job nothing is handed out, its holders are told, and only what is over is put away or removed", async () => {
  const { queue, folder } = await openFresh();
  const id = await queue.store.add(jobOf(["a", "b", "c"]));
  const [done, running] = [await taken(queue), await taken(queue)];
  await queue.source.finish(done.token, { kind: "done", result: null });
  expect([await queue.store.archive(id, true), await queue.store.remove(id)]).toEqual([false, false]);
  expect(await queue.store.cancel(id)).toBe(true);
  expect(await queue.store.cancel(id)).toBe(false);
  expect(await queue.source.take(wish)).toBeNull();
  expect(await queue.source.renew([{ token: running.token, progress: 0, note: null }])).toEqual([running.token]);
  expect(await queue.source.finish(running.token, { kind: "done", result: null })).toBe(false);
  expect(await queue.store.job(id)).toMatchObject({ state: "cancelled", tasks: { done: 1, cancelled: 2 } });
  expect(await queue.store.archive(id, true)).toBe(true);
  expect(await queue.store.list({ archived: false })).toEqual([]);
  expect(await queue.store.list({ archived: true })).toHaveLength(1);
  expect(existsSync(join(folder, "files", id))).toBe(true);
  expect(await queue.store.remove(id)).toBe(true);
  expect([await queue.store.job(id), existsSync(join(folder, "files", id))]).toEqual([null, false]);
  await queue.close();
});

/** What was counted anew. */
function countedIn(folder: string): unknown[] {
  using database = new DatabaseSync(join(folder, "jobs.sqlite"));
  return database.prepare("SELECT state, count(*) AS count FROM tasks GROUP BY state ORDER BY state").all();
}

test("JB1 how many tasks are in which state is true after all that may become of them", async () => {
  const { queue, folder } = await openFresh();
  const { store, source } = queue;
  const id = await store.add(jobOf(["a", "b", "c", "d", "e"], { maxAttempts: 1 }));
  const expectTrue = async (progress: number): Promise<void> => {
    const { tasks, progress: told } = (await store.job(id)) ?? expect.fail("There is no job.");
    const counted = Object.entries(tasks).filter(([state, count]) => state !== "total" && count > 0);
    const rows = counted.map(([state, count]) => ({ state, count })).toSorted((a, b) => (a.state < b.state ? -1 : 1));
    expect([rows, told]).toEqual([countedIn(folder).map((row) => ({ ...(row as object) })), progress]);
    expect([tasks.total, (await store.list({ archived: false }))[0]?.tasks]).toEqual([5, tasks]);
  };
  await expectTrue(0);
  const tokens = [(await taken(queue)).token, (await taken(queue)).token, (await taken(queue)).token];
  const [first = "", second = "", third = ""] = tokens;
  await source.renew([{ token: first, progress: 0.5, note: null }]);
  await expectTrue(0.1);
  await source.release(first);
  await expectTrue(0);
  await source.finish(second, { kind: "done", result: 1 });
  await source.finish(third, { kind: "lost", error: "It is gone." });
  await expectTrue(0.4);
  await taken(queue);
  expect(await store.archive(id, true)).toBe(false);
  await store.cancel(id);
  await expectTrue(1);
  expect((await store.job(id))?.tasks).toMatchObject({ done: 1, failed: 1, cancelled: 3 });
  await store.retry(id);
  await expectTrue(0.2);
  await store.cancel(id);
  await store.archive(id, true);
  expect(await store.list({ archived: false })).toEqual([]);
  await queue.close();
});

test("JB1 a list of before is counted when it is opened", async () => {
  const { queue, folder } = await openFresh();
  const ids = [await queue.store.add(jobOf(["a", "b", "c"])), await queue.store.add(jobOf(["d"]))];
  await queue.source.finish((await taken(queue)).token, { kind: "done", result: 1 });
  const before = await queue.store.list({ archived: true });
  await queue.close();
  const states = ["waiting", "running", "done", "failed", "cancelled"];
  const columns = states.map((state) => `ALTER TABLE jobs DROP COLUMN ${state};`).join("");
  using database = new DatabaseSync(join(folder, "jobs.sqlite"));
  database.exec(`DROP TRIGGER taskAdded; DROP TRIGGER taskMoved; ${columns} PRAGMA user_version = 1;`);
  const again = await openQueue({ kind: "folder", folder });
  expect(await again.store.list({ archived: true })).toEqual(before);
  await again.source.finish((await taken(again)).token, { kind: "done", result: 1 });
  expect(await again.store.job(ids[0] ?? "")).toMatchObject({ tasks: { total: 3, waiting: 1, done: 2 } });
  await again.close();
});

test("JB1 looking at a job of 20000 tasks, and taking one of them, takes no longer than of a few", async () => {
  const timeOf = async (count: number): Promise<number> => {
    const { queue } = await openFresh();
    const id = await queue.store.add(jobOf(Array.from({ length: count }, (_, index) => `${index}`)));
    const times: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const begun = performance.now();
      await queue.store.job(id);
      await queue.store.list({ archived: false });
      await queue.source.finish((await taken(queue)).token, { kind: "done", result: 1 });
      times.push(performance.now() - begun);
    }
    await queue.close();
    return times.toSorted((a, b) => a - b)[10] ?? 0;
  };
  const [few, many] = [await timeOf(100), await timeOf(20_000)];
  expect(many).toBeLessThan(4 * few + 2);
});

test("TF1 no path and no link leads out of a task's folder", async () => {
  const { queue } = await openFresh();
  const id = await queue.store.add(jobOf(["a"]));
  const task = await taken(queue);
  writeFileSync(join(task.folder, "stdout.txt"), "hello");
  symlinkSync("/etc/passwd", join(task.folder, "output", "link"));
  symlinkSync("/etc", join(task.folder, "output", "folder"));
  await queue.source.finish(task.token, { kind: "done", result: null });
  expect(await queue.store.files(id, 0)).toEqual([{ path: "stdout.txt", bytes: 5 }]);
  expect(await queue.store.fileAt(id, 0, "stdout.txt")).toMatch(/stdout\.txt$/);
  const bad = ["output/link", "output/folder/passwd", "../../jobs.sqlite", "output/../stdout.txt", "/etc/passwd", ""];
  for (const path of [...bad, "output", "output\\..\\stdout.txt", "a\0b"]) {
    expect(await queue.store.fileAt(id, 0, path), path).toBeNull();
  }
  for (const odd of [`0${id}`, `${id}/..`, "-1", "1e3", ""]) expect(await queue.store.job(odd), odd).toBeNull();
  await queue.close();
});

test("a job that does not fit is refused whole, and a folder that cannot be written to is told of", async () => {
  const { queue, folder } = await openFresh();
  await expect(queue.store.add(jobOf([]))).rejects.toThrow("job.inputs must be 1 to 100000, not 0.");
  await expect(queue.store.add(jobOf(["a"], { name: "" }))).rejects.toThrow("job.name must be 1 to 200 characters.");
  await expect(queue.store.add(jobOf(["a"], { maxAttempts: 0 }))).rejects.toThrow("job.maxAttempts");
  expect(await queue.store.list({ archived: true })).toEqual([]);
  await queue.close();
  const file = join(folder, "jobs.sqlite");
  const below = openQueue({ kind: "folder", folder: join(file, "below") });
  await expect(below).rejects.toMatchObject({ code: "output-failed", message: expect.stringContaining("cannot be") });
  const broken = join(root, "broken");
  await (await openQueue({ kind: "folder", folder: broken })).close();
  writeFileSync(join(broken, "jobs.sqlite"), "this is no database, but a longer text than nothing at all");
  await expect(openQueue({ kind: "folder", folder: broken })).rejects.toMatchObject({
    code: "input-failed",
    message: expect.stringContaining("is no list of jobs"),
  });
});

/** The HTTP of a queue's owner, without Redis: whom it answers, what it takes, what it never gives, and how it hands tasks out. */

import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { NewJob } from "../../server/jobs/job-queue.ts";
import { openFolder } from "../../server/jobs/open-folder.ts";
import type { Policy } from "../../server/jobs/policies.ts";
import { OwnerDesk } from "../../server/jobs/queue/owner-desk.ts";
import type { GivenTask } from "../../server/jobs/queue/owner-messages.ts";
import { ownerRoutes } from "../../server/jobs/queue/owner-routes.ts";
import { ownerServer } from "../../server/jobs/queue/owner-server.ts";
import { canMountDisks, SmallDisk } from "../support/small-disk.ts";

const root = mkdtempSync(join(tmpdir(), "scenecast-owner-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const key = "the-key-of-this-owner";

async function openOwner(folder: string = mkdtempSync(join(root, "owner-")), maxBytes = 1_000_000) {
  const queue = openFolder(folder);
  const desk = new OwnerDesk(queue, { folder, maxBytes, added: () => undefined });
  const server = ownerServer(ownerRoutes(desk, queue.store), key);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, token: string | null, body?: string | Uint8Array<ArrayBuffer>) => {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url + path, { method, headers, body: body ?? null });
    const text = await response.text();
    return { status: response.status, text, json: (): unknown => JSON.parse(text) };
  };
  const post = (path: string, body: unknown, token = key) => ask("POST", path, token, JSON.stringify(body));
  const part = (token: string, path: string, offset: number, text: string) =>
    ask("PUT", `/part?path=${encodeURIComponent(path)}&offset=${offset}`, token, text);
  const take = async (policy: Policy = "focused", offer: string | null = null) =>
    (await post("/take", { offer, worker: "w", policy, jobs: null })).json() as GivenTask | null;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await queue.close();
  };
  return { folder, queue, desk, ask, post, part, take, close, [Symbol.asyncDispose]: close };
}

function jobOf(paths: readonly string[], script: string): NewJob {
  const inputs = paths.map((path) => ({ kind: "file" as const, path }));
  const work = { kind: "script", script: pathToFileURL(script).href } as const;
  return { name: "test", work, inputs, maxAttempts: 3, timeLimitSeconds: null };
}

function filesIn(names: readonly string[]): {
  readonly folder: string;
  readonly script: string;
  readonly paths: string[];
} {
  const folder = mkdtempSync(join(root, "files-"));
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) writeFileSync(path, `content of ${path}`);
  const script = join(folder, "work.mjs");
  writeFileSync(script, 'import "./beside.mjs"; export default () => 1;');
  writeFileSync(join(folder, "beside.mjs"), "");
  writeFileSync(join(folder, "private.txt"), "private");
  return { folder, script, paths };
}

test("QS1 QS2 without the right key or token nothing is answered, and nothing too large is read", async () => {
  await using owner = await openOwner();
  const { ask, post, part } = owner;
  const list = JSON.stringify({ archived: false });
  for (const token of [null, "wrong", `${key}x`, "x".repeat(300)]) {
    expect((await ask("POST", "/store/list", token, list)).status, String(token)).toBe(401);
  }
  expect((await ask("POST", "/nothing", null)).status).toBe(401);
  expect((await ask("GET", "/constructor", key)).status).toBe(404);
  expect((await ask("GET", "/store/list", key)).status).toBe(405);
  expect((await post("/store/list", { archived: false })).json()).toEqual([]);
  const stranger = "0".repeat(32);
  for (const token of [key, stranger, "../../etc", "%2e%2e"]) {
    expect((await part(token, "a", 0, "text")).status, token).toBe(404);
    expect((await ask("GET", "/bundle?role=input&path=a", token)).status, token).toBe(404);
    expect((await post("/finish", { end: { kind: "done", result: 1 }, files: [] }, token)).json(), token).toBe(false);
  }
  expect((await ask("PUT", "/part?path=a&offset=0", stranger, new Uint8Array(9_000_000))).status).toBe(413);
  expect((await ask("POST", "/store/list", key, "{")).status).toBe(400);
  expect((await post("/store/job", { job: "../x" })).status).toBe(400);
  expect((await post("/take", { offer: 1 })).status).toBe(400);
});

test("OD3 who has a task reads its files alone, writes below its folder alone, and what is too much or half is not kept", async () => {
  await using owner = await openOwner(undefined, 100);
  const { queue, ask, post, part, take } = owner;
  const { script, paths, folder } = filesIn(["in put.txt"]);
  const id = await queue.store.add(jobOf(paths, script));
  const task = await take();
  const token = task?.token ?? "";
  expect(task).toMatchObject({
    ...{ kind: "script", index: 0, attempt: 1 },
    script: { main: "work.mjs", files: [{ path: "beside.mjs" }, { path: "work.mjs" }] },
    input: { main: "in put.txt", files: [{ path: "in put.txt" }] },
  });
  // Where anything lies on the owner's machine is nobody's business.
  expect(JSON.stringify(task)).not.toContain(folder);
  const bundle = (role: string, path: string) =>
    ask("GET", `/bundle?role=${role}&path=${encodeURIComponent(path)}`, token);
  expect((await bundle("input", "in put.txt")).text).toBe(`content of ${paths[0]}`);
  for (const path of ["private.txt", "../private.txt", "/etc/passwd", "work.mjs", "", "./in put.txt"]) {
    expect((await bundle("input", path)).status, path).toBe(404);
  }
  expect((await bundle("script", "private.txt")).status).toBe(404);
  expect((await bundle("other", "work.mjs")).status).toBe(404);
  for (const path of ["../../jobs.sqlite", "/tmp/x", "output/../../x", ""]) {
    expect((await part(token, path, 0, "bad")).status, path).toBe(400);
  }
  expect((await part(token, "output/a", 0, "first ")).status).toBe(204);
  expect((await part(token, "output/a", 0, "first ")).status).toBe(409);
  expect((await part(token, "output/big", 0, "x".repeat(200))).status).toBe(413);
  const end = { kind: "done", result: { fine: true } };
  const files = [{ path: "output/a", bytes: 12 }];
  expect((await post("/finish", { end, files }, token)).status).toBe(409);
  expect((await ask("GET", "/sent?path=output/a", token)).json()).toBe(6);
  expect((await part(token, "output/a", 6, "second")).status).toBe(204);
  expect((await post("/finish", { end, files }, token)).json()).toBe(true);
  expect((await post("/finish", { end, files }, token)).json()).toBe(false);
  expect((await part(token, "output/a", 12, "third")).status).toBe(404);
  expect(await queue.store.files(id, 0)).toEqual(files);
  expect((await ask("GET", `/file?job=${id}&index=0&path=output/a`, key)).text).toBe("first second");
  expect((await ask("GET", `/file?job=${id}&index=0&path=../../../jobs.sqlite`, key)).status).toBe(404);
});

test("what is added names only what was sent with it, and goes with its job", async () => {
  await using owner = await openOwner();
  const { post, part, take, ask, folder } = owner;
  const adding = async (): Promise<string> => (await post("/adding", null)).json() as string;
  const job = (script: string, path: string) => ({
    job: { ...jobOf([path], "/x"), work: { kind: "script", script } },
    files: [
      { path: "script/work.mjs", bytes: 64 },
      { path: "input/0/a.txt", bytes: 5 },
    ],
  });
  const token = await adding();
  const code = 'import "../../../jobs.sqlite"; import "../../../../x.mjs"; //'.padEnd(64);
  expect((await part(token, "script/work.mjs", 0, code)).status).toBe(204);
  expect((await post("/add", job("script/work.mjs", "input/0/a.txt"), token)).status).toBe(409);
  expect((await part(token, "input/0/a.txt", 0, "input")).status).toBe(204);
  for (const [script, path] of [
    ["/etc/passwd", "input/0/a.txt"],
    ["script/work.mjs", "../../jobs.sqlite"],
    ["script/work.mjs", "/etc/passwd"],
  ] as const) {
    expect((await post("/add", job(script, path), token)).status, `${script} ${path}`).toBe(400);
  }
  expect((await post("/add", job("script/work.mjs", "input/0/a.txt"), key)).status).toBe(404);
  const id = (await post("/add", job("script/work.mjs", "input/0/a.txt"), token)).json() as string;
  const task = await take();
  expect(task?.script?.files.map(({ path }) => path)).toEqual(["work.mjs"]);
  expect((await ask("GET", "/bundle?role=input&path=a.txt", task?.token ?? "")).text).toBe("input");
  expect((await post("/store/cancel", { job: id })).json()).toBe(true);
  expect((await post("/renew", [{ token: task?.token, progress: 0.5, note: null }])).json()).toEqual([task?.token]);
  const half = await adding();
  expect((await post("/store/remove", { job: id })).json()).toBe(true);
  // Who is adding is not disturbed.
  expect([existsSync(join(folder, "inputs", token)), existsSync(join(folder, "inputs", half))]).toEqual([false, true]);
});

test("tasks are handed out by the policy that a worker asks for, and OD2 an offer taken again gives up what was silent", async () => {
  await using owner = await openOwner();
  const { queue, take, desk } = owner;
  const { script, paths } = filesIn(["a", "b", "c"]);
  const order = async (policy: Policy): Promise<readonly string[]> => {
    const ids = [await queue.store.add(jobOf(paths, script)), await queue.store.add(jobOf(paths, script))];
    const taken: string[] = [];
    for (let count = 0; count < 4; count += 1) taken.push(String(ids.indexOf((await take(policy))?.job.id ?? "")));
    for (const id of ids) await queue.store.cancel(id);
    return taken;
  };
  expect(await order("focused")).toEqual(["0", "0", "0", "1"]);
  expect(await order("fair")).toEqual(["0", "1", "0", "1"]);
  expect(await order("fifo")).toEqual(["0", "1", "0", "0"]);
  const id = await queue.store.add(jobOf(paths.slice(0, 1), script));
  expect(await take("focused", "7")).toMatchObject({ attempt: 1 });
  // Who was heard of a moment ago goes on, whoever has its offer by now.
  expect(await take("focused", "7")).toBeNull();
  queue.database.run("UPDATE tasks SET renewedAt = renewedAt - 4000");
  expect(await take("focused", "7")).toMatchObject({ attempt: 2, job: { id } });
  queue.database.run("UPDATE tasks SET renewedAt = renewedAt - 60000");
  expect(desk.waiting()).toBe(1);
  // An owner that was away has heard of nobody.
  expect(await take()).toMatchObject({ attempt: 3 });
  queue.database.run("UPDATE tasks SET renewedAt = renewedAt - 60000");
  new OwnerDesk(queue, { folder: owner.folder, maxBytes: 1, added: () => undefined });
  expect(desk.waiting()).toBe(0);
});

test.runIf(canMountDisks)("a full disk is told, and what was kept stays", async () => {
  using disk = new SmallDisk(join(root, "disk"), "4m");
  await using owner = await openOwner(disk.folder, 100_000_000);
  const { queue, part, post, take } = owner;
  const { script, paths } = filesIn(["a"]);
  const id = await queue.store.add(jobOf(paths, script));
  const token = (await take())?.token ?? "";
  const full = await part(token, "output/large", 0, "x".repeat(7_000_000));
  expect(full.status).toBe(507);
  expect(full.text).toContain("output/large cannot be written: the disk is full.");
  const end = { kind: "failed", error: "At the owner of the queue: the disk is full." };
  expect((await post("/finish", { end, files: [] }, token)).json()).toBe(true);
  expect(await queue.store.tasks(id)).toMatchObject([{ state: "failed", error: end.error }]);
  expect(await queue.store.files(id, 0)).toEqual([]);
});

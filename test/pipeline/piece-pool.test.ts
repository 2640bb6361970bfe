/** Pieces of work by real processes: lost ones are done again, what fails is told at once, and nothing outlives its pool. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PiecePool, type PiecePoolOptions } from "../../server/jobs/piece-pool.ts";
import type { TestPiece } from "../fixtures/pieces-of-work.ts";
import { processExists } from "../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-pieces-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = new URL("../fixtures/pieces-of-work.ts", import.meta.url);
let logs = 0;

type Done = { readonly name: string; readonly pid: number; readonly done: number };

function poolOf(options: Partial<PiecePoolOptions> = {}) {
  logs += 1;
  const log = join(folder, `${logs}.log`);
  const pool = new PiecePool<TestPiece, string, Done>({ module, workers: 2, ...options });
  const piece = (name: string, does: TestPiece["does"] = "ends"): TestPiece => ({ name, does, log });
  return { pool, piece, begun: () => readFileSync(log, "utf8").trim().split("\n") };
}

test("JP1 JP3 pieces are begun in their order, a lost one again in another process, and one that is always lost is given up", async () => {
  const lost: string[] = [];
  const printed: string[] = [];
  const { pool, piece, begun } = poolOf({
    workers: 1,
    lost: (line) => lost.push(line),
    printed: (line) => printed.push(line),
  });
  await using _ = pool;
  const progress: string[] = [];
  const first = pool.run(piece("a", "dies-once"), { progressed: (text) => progress.push(text) });
  const second = pool.run(piece("b"));
  const third = pool.run(piece("c", "dies"));
  expect((await first).name).toBe("a");
  expect((await second).pid).not.toBe((await first).pid);
  await expect(third).rejects.toMatchObject({
    code: "piece-lost",
    message: expect.stringContaining("by SIGKILL, 3 times"),
  });
  expect(begun()).toEqual(["a", "a", "b", "c", "c", "c"]);
  expect(progress).toEqual(["a began", "a began"]);
  expect(lost).toHaveLength(3);
  expect(printed).toEqual(["a is done", "b is done"]);
});

test("JP2 what a piece rejects with is passed on with its code, and misuse is misuse", async () => {
  const { pool, piece, begun } = poolOf();
  await using _ = pool;
  await expect(pool.run(piece("a", "throws"))).rejects.toMatchObject({
    code: "scene-failed",
    message: "a does not work.",
  });
  await expect(pool.run(piece("b", "misuses"))).rejects.toThrow(TypeError);
  expect(begun()).toEqual(["a", "b"]);
});

test("a process that is kept does one piece after another; a fresh one each does one", async () => {
  const kept = poolOf({ processes: "kept", workers: 1 });
  await using _ = kept.pool;
  const pieces = await Promise.all(["a", "b", "c"].map((name) => kept.pool.run(kept.piece(name))));
  expect(pieces.map(({ done }) => done)).toEqual([1, 2, 3]);
  const fresh = poolOf({ workers: 2 });
  await using __ = fresh.pool;
  const others = await Promise.all(["a", "b", "c"].map((name) => fresh.pool.run(fresh.piece(name))));
  expect(others.map(({ done }) => done)).toEqual([1, 1, 1]);
  expect(new Set(others.map(({ pid }) => pid)).size).toBe(3);
});

test("a signal ends one piece, close ends all, and their processes are gone", async () => {
  const { pool, piece } = poolOf();
  const stop = new AbortController();
  const pids: (number | null)[] = [];
  const begun = (pid: number | null): void => void pids.push(pid);
  const progressed = (): void => stop.abort();
  const stopped = pool.run(piece("a", "waits"), { signal: stop.signal, begun, progressed });
  await expect(stopped).rejects.toMatchObject({ code: "closed" });
  const { promise, resolve } = Promise.withResolvers<void>();
  const closed = pool.run(piece("b", "waits"), { begun, progressed: () => resolve() });
  const answer = expect(closed).rejects.toMatchObject({ code: "closed" });
  await promise;
  await pool.close();
  await answer;
  expect(pids).toHaveLength(2);
  await expect.poll(() => pids.some((pid) => processExists(pid ?? 0))).toBe(false);
  await expect(pool.run(piece("c"))).rejects.toMatchObject({ code: "closed" });
});

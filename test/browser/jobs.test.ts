/** The page of jobs: what hosts see of them, as it is now, and what they can do; and that nobody else sees anything. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import type { JobQueue, TakenTask } from "../../server/jobs/job-queue.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import { openPage, openViewer, waitUntilLive } from "../support/chromium.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-job-page-"));
let browser: Browser;
let server: StreamServer;
let queue: JobQueue;
let running: TakenTask;

async function take(): Promise<TakenTask> {
  const task = await queue.source.take({ worker: "a-worker", policy: "focused", jobs: null });
  if (task === null) throw new Error("No task waits.");
  return task;
}

async function add(name: string, files: readonly string[]): Promise<string> {
  const inputs = files.map((file) => ({ kind: "file", path: `/clips/${file}` }) as const);
  const work = { kind: "script", script: "file:///clips/work.ts" } as const;
  return await queue.store.add({ name, work, inputs, maxAttempts: 3, timeLimitSeconds: null });
}

beforeAll(async () => {
  browser = await connectChromium();
  queue = await openQueue({ kind: "folder", folder });
  await add("Thumbnails <b>of</b> the harbour", ["harbour at dawn.mp4", "pier.mp4"]);
  for (const text of ["first", "second"]) {
    const task = await take();
    writeFileSync(join(task.folder, "output", "made.txt"), text);
    await queue.source.finish(task.token, { kind: "done", result: text });
  }
  await add("Transcode the archive", ["1998.mov", "1999.mov", "2000.mov", "2001.mov", "2002.mov"]);
  await queue.source.finish((await take()).token, { kind: "done", result: null });
  const broken = await take();
  await queue.source.finish(broken.token, { kind: "failed", error: "1999.mov is no file that FFmpeg can read." });
  running = await take();
  await queue.source.renew([{ token: running.token, progress: 0.4, note: "frame 412" }]);
  await add("Night render", ["stars.ts"]);
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    access: { token: "a-token-of-the-test" },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
    jobs: { folder },
  });
});
afterAll(async () => {
  await browser.close();
  await server?.close();
  await queue?.close();
  rmSync(folder, { recursive: true, force: true });
});

const jobsLink = (): string => server.link.replace("/#", "/jobs#");
const card = (page: Page, name: string) => page.locator(".job-card").filter({ hasText: name });

it("a host sees each job with its bar, opens its tasks, and sees it move, be cancelled and be downloaded", async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(jobsLink());
  await page.waitForSelector(".job-card");
  expect(await page.locator(".job-name").allTextContents()).toEqual([
    "Night render",
    "Transcode the archive",
    "Thumbnails <b>of</b> the harbour",
  ]);
  expect(page.url()).not.toContain("token");
  const archive = card(page, "archive");
  expect(await archive.getByRole("progressbar").first().getAttribute("aria-valuenow")).toBe("48");
  await archive.getByRole("button", { name: "Tasks of Transcode the archive" }).click();
  await expect.poll(() => archive.locator(".task-row").count()).toBe(5);
  expect(await archive.locator(".task-row").nth(1).textContent()).toContain(
    "1999.mov is no file that FFmpeg can read.",
  );
  expect(await archive.locator(".task-row").nth(2).textContent()).toContain("frame 412");
  await queue.source.renew([{ token: running.token, progress: 0.9, note: "frame 900" }]);
  await expect.poll(() => archive.locator(".task-row").nth(2).textContent()).toContain("frame 900");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const downloading = page.waitForEvent("download");
  await card(page, "harbour")
    .getByRole("button", { name: /Download/ })
    .click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Thumbnails _b_of__b_ the harbour-1.zip");
  const zip = join(folder, "downloaded.zip");
  await download.saveAs(zip);
  const listed = execFileSync("python3", ["-m", "zipfile", "-l", zip]).toString();
  expect(listed).toContain("0000 harbour at dawn.mp4/output/made.txt");
  await archive.getByRole("button", { name: /Cancel/ }).click();
  expect(await queue.store.job("2")).toMatchObject({ state: "running" });
  // Once more, as it was asked.
  await archive.getByRole("button", { name: /Press again/ }).click();
  await expect.poll(() => archive.getAttribute("data-state")).toBe("failed");
  expect(await queue.store.job("2")).toMatchObject({ tasks: { done: 1, failed: 1, cancelled: 3 } });
  expect(errors).toEqual([]);
  await page.close();
});

it("a host gets there from the people panel; others neither see the way nor get an answer", async () => {
  const { page } = await openViewer(browser, server.link);
  await waitUntilLive(page);
  await expect.poll(() => page.locator("#jobs-link").getAttribute("hidden")).toBe(null);
  await page.close();
  const { link } = await server.createLink({ role: "controller" });
  const other = await openViewer(browser, link);
  await waitUntilLive(other.page);
  expect(await other.page.locator("#jobs-link").getAttribute("hidden")).toBe("");
  const asked = await other.page.evaluate(async () => {
    const ask = async (path: string, method: string) => (await fetch(path, { method })).status;
    return [
      await ask("jobs/list", "GET"),
      await ask("jobs/1", "GET"),
      await ask("jobs/1/zip", "GET"),
      await ask("jobs/3/cancel", "POST"),
    ];
  });
  expect(asked).toEqual([403, 403, 403, 403]);
  await other.page.close();
});

it("odd paths are not there, and nothing but an end can be asked for", async () => {
  const headers = { Authorization: "Bearer a-token-of-the-test" };
  const ask = async (path: string, method = "GET") =>
    (await fetch(new URL(path, server.url), { method, headers })).status;
  const paths = ["jobs/99", "jobs/..%2f..%2fetc", "jobs/01", "jobs/99/zip", "jobs/1%00/zip", "jobs/-1"];
  for (const path of paths) expect([path, await ask(path)]).toEqual([path, 404]);
  expect(await ask("jobs/99/cancel", "POST")).toBe(404);
  expect(await ask("jobs/1/cancel", "POST")).toBe(409);
  for (const method of ["POST", "PUT", "DELETE"])
    expect([method, await ask("jobs/list", method)]).toEqual([method, 405]);
  expect((await fetch(new URL("jobs/list", server.url))).status).toBe(401);
});

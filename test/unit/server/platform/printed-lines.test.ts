import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { PrintedLines } from "../../../../server/platform/printed-lines.ts";
import { milliseconds } from "../../../../shared/time.ts";

function read(chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const printed = new PrintedLines(
    (line) => lines.push(line),
    () => milliseconds(0),
  );
  for (const chunk of chunks) printed.handle(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  printed.end();
  return lines;
}

test("lines are told as they come, over chunks and with characters cut in two", () => {
  const [first, second] = [Buffer.from("ä").subarray(0, 1), Buffer.from("ä").subarray(1)];
  expect(read(["a\nb", "c\r\n", "\n", first, second, "\nlast"])).toEqual(["a", "bc", "", "ä", "last"]);
});

test("OL1: two hundred megabytes without a line break are one line of 4000 characters, in no time and no memory", () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const lines = read([...Array.from({ length: 3200 }, () => chunk), "\nafter"]);
  expect(lines).toEqual(["x".repeat(4000), "after"]);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});

test("OL2: of lines that come too fast some are left out, and how many is told", () => {
  const lines: string[] = [];
  let time = 0;
  const printed = new PrintedLines(
    (line) => lines.push(line),
    () => milliseconds(time),
  );
  for (let count = 0; count < 10_000; count += 1) printed.handle(Buffer.from(`${count}\n`));
  expect(lines).toHaveLength(500);
  time = 1000;
  printed.handle(Buffer.from("later\n"));
  expect(lines.slice(-2)).toEqual(["(9500 lines were left out, since there were too many at once)", "later"]);
});

test("a stream is followed to its end", async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  PrintedLines.follow(stream, (line) => lines.push(line));
  stream.end("one\ntwo");
  await expect.poll(() => lines).toEqual(["one", "two"]);
});

/** What is read of the command lines of a queue's owner and its workers. */

import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";

const url = "redis://:secret-word@10.0.0.5:6379/2";

test("an owner listens on loopback unless told otherwise, and a worker takes as many tasks as it is told", () => {
  expect(parseCommandLine(["jobs", "serve", "--queue", url])).toEqual({
    ...{ kind: "serve-queue", queue: url, folder: null, host: "127.0.0.1", port: 0, address: null, maxBytes: 64e9 },
  });
  const far = ["--host", "0.0.0.0", "--port", "7000", "--address", "https://queue.example", "--max-upload", "2G"];
  expect(parseCommandLine(["jobs", "serve", "--queue", url, "--folder", "/jobs", ...far])).toEqual({
    ...{ kind: "serve-queue", queue: url, folder: "/jobs", host: "0.0.0.0", port: 7000 },
    ...{ address: "https://queue.example", maxBytes: 2e9 },
  });
  expect(parseCommandLine(["worker", "--queue", url, "--workers", "threads:3", "--policy", "fifo"])).toEqual({
    ...{ kind: "worker", queue: url, folder: null, work: { kind: "threads", workers: 3, policy: "fifo" } },
  });
  expect(parseCommandLine(["worker", "--help"])).toMatchObject({
    kind: "help",
    text: expect.stringContaining("redis://"),
  });
  expect(parseCommandLine(["jobs", "serve", "-h"])).toMatchObject({ kind: "help" });
});

test("what is wrong is named, and RL1 no address with its password is repeated", () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["worker"], "Name the queue"],
    [["worker", "--queue", "http://:secret-word@x"], "A queue must be an address like redis://host:6379."],
    [["worker", "--queue", "redis://:secret-word@["], "A queue must be an address like redis://host:6379."],
    [["worker", "--queue", url, "--workers", "0"], "--workers must be written like"],
    [["worker", "--queue", url, "--policy", "best"], "--policy must be one of"],
    [["jobs", "serve", "--queue", url, "--host", "0.0.0.0"], "--host must be an address that others reach"],
    [
      ["jobs", "serve", "--queue", url, "--address", "queue.example"],
      "--address must be written like http://host:port.",
    ],
    [["jobs", "serve", "--queue", url, "--port", "70000"], "--port must be"],
    [["jobs", "serve", "--queue", url, "--max-upload", "much"], "--max-upload must be written like"],
  ];
  for (const [words, sentence] of wrong) {
    let said = "";
    try {
      parseCommandLine(words);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said, words.join(" ")).toContain(sentence);
    expect(said).not.toContain("secret-word");
  }
});

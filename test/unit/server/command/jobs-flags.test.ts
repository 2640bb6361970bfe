/** What may be said to `scenecast jobs`, and what is refused in words. */

import { expect, test } from "vitest";
import { readJobsArguments } from "../../../../server/command/jobs-flags.ts";

test("what is to be done, by how many and where is read, and what stands behind -- is kept", () => {
  const args = ["add", "--script", "x.ts", "--input", "*.mp4", "--run", "--workers", "threads:10", "--policy", "fair"];
  expect(readJobsArguments([...args, "--folder", "here", "--", "-a.mp4"])).toMatchObject({
    place: { folder: "here", queue: null },
    action: {
      kind: "add",
      added: { values: { script: "x.ts", input: ["*.mp4"] }, inputs: [], behind: ["-a.mp4"] },
      run: { kind: "threads", workers: 10, policy: "fair" },
      waits: false,
      download: null,
    },
  });
  expect(readJobsArguments(["start", "--workers", "4", "--job", "12"])).toMatchObject({
    action: { work: { kind: "processes", workers: 4, policy: "focused" }, jobs: ["12"] },
  });
  expect(readJobsArguments(["view", "3", "--download", "--to", "x.zip"])).toMatchObject({
    action: { kind: "view", job: "3", download: { to: "x.zip" } },
  });
  expect(readJobsArguments(["archive", "1", "2", "--undo"])).toMatchObject({
    action: { jobs: ["1", "2"], isArchived: false },
  });
  for (const help of [[], ["--help"], ["add", "-h"]]) expect(readJobsArguments(help)).toBeNull();
});

test.each<[string[], string]>([
  [["dance"], "dance is no command of scenecast jobs"],
  [["list", "--run"], "scenecast jobs list takes no --run."],
  [["start", "now"], 'scenecast jobs start takes no "now".'],
  [["start", "--", "x"], "scenecast jobs start takes nothing behind --."],
  [["start", "--workers", "0"], "--workers must be written like 4, threads or threads:10"],
  [["start", "--workers", "fibres:3"], "--workers must be written like"],
  [["start", "--workers", "threads:1:2"], "--workers must be written like"],
  [["start", "--policy", "unfair"], "--policy must be one of focused, fair, fifo."],
  [["add", "--script", "x", "--download"], "--download needs --run or --wait"],
  [["add", "--script", "x", "--workers", "3"], "--workers and --policy are of use with --run"],
  [["view"], "Name one job"],
  [["view", "../1"], '"../1" is no number of a job.'],
  [["view", "1", "--to", "x.zip"], "--to is of use with --download."],
  [["cancel"], "Name a job: scenecast jobs cancel <job>."],
  [["list", "--folder", "a", "--queue", "redis://b"], "Jobs are in a --folder or in a --queue, not in both."],
])("%j is refused in words", (args, sentence) => {
  expect(() => readJobsArguments(args)).toThrow(sentence);
});

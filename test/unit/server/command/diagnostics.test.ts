import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { startProfiles, TraceFiles } from "../../../../server/command/diagnostics.ts";
import type { StreamServer, Trace, TraceOptions } from "../../../../server/index.ts";

const folder = () => mkdtempSync(join(tmpdir(), "scenecast-"));
const taken: Trace = {
  traceEvents: [],
  displayTimeUnit: "ms",
  otherData: { began: "2026-01-01T00:00:00.000Z", followedInputs: 0 },
};

/** A server whose traces last until they are ended. */
function fakeServer(viewers: number) {
  const wanted: TraceOptions[] = [];
  const joins: (() => void)[] = [];
  const server = {
    trace: (options: TraceOptions = {}) => {
      wanted.push(options);
      return new Promise<Trace>((resolve) => options.signal?.addEventListener("abort", () => resolve(taken)));
    },
    on: (_name: string, listener: () => void) => {
      joins.push(listener);
      return () => void joins.splice(joins.indexOf(listener), 1);
    },
    viewers: () => Array.from({ length: viewers }),
  } as unknown as Pick<StreamServer, "trace" | "on" | "viewers">;
  return { server, wanted, join: () => [...joins].forEach((listener) => void listener()) };
}

describe("--trace", () => {
  test("begins with the first viewer, ends with the server at the latest, and writes a file for its user alone", async () => {
    const { server, wanted, join: joinViewer } = fakeServer(0);
    const [lines, file]: [string[], string] = [[], join(folder(), "new", "trace.json")];
    const traces = new TraceFiles(server, file, (line) => lines.push(line));
    expect(wanted).toEqual([]);
    joinViewer();
    joinViewer();
    expect(wanted).toMatchObject([{ seconds: 10 }]);
    await traces.close();
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(taken);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(lines).toEqual([
      "Taking a trace of 10 seconds …",
      `The trace is in ${file}; https://ui.perfetto.dev opens it.`,
    ]);
  });

  test("begins at once where somebody watches already; SIGUSR2 meanwhile is told so, and takes one of 5 s else", async () => {
    const { server, wanted } = fakeServer(1);
    const lines: string[] = [];
    const traces = new TraceFiles(server, join(folder(), "trace.json"), (line) => lines.push(line));
    process.emit("SIGUSR2");
    expect(lines.at(-1)).toBe("A trace is being taken already.");
    await traces.close();
    const others = new TraceFiles(server, null, (line) => lines.push(line));
    process.emit("SIGUSR2");
    expect(wanted).toMatchObject([{ seconds: 10 }, { seconds: 5 }]);
    await others.close();
    expect(existsSync(/is in (\S+);/.exec(lines.at(-1) ?? "")?.[1] ?? "")).toBe(true);
    expect(process.listenerCount("SIGUSR2")).toBe(0);
  });

  test("a file that cannot be written is told, and the server goes on", async () => {
    const { server } = fakeServer(1);
    const lines: string[] = [];
    const file = join(folder(), "file");
    writeFileSync(file, "");
    const traces = new TraceFiles(server, join(file, "trace.json"), (line) => lines.push(line));
    await traces.close();
    expect(lines.at(-1)).toMatch(/^There is no trace: E/);
  });
});

test("--cpu-profile must be a folder that can be written", () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  expect(() => startProfiles({ trace: null, cpuProfile: file })).toThrow(/^--cpu-profile must be a folder/);
  expect(() => parseCommandLine(["--trace", ""])).toThrow("--trace must be a path.");
});

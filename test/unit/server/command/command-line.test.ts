import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { helpText, inWordsOfCommandLine, parseCommandLine } from "../../../../server/command/command-line.ts";
import { wrappedHelp } from "../../../../server/command/wrapped-help.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { processExists } from "../../../support/processes.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program of ours until it ends, or until `until` is printed; then it gets `signal`, and `endMs` is how long it took to end. */
async function runUntil(
  script: string,
  args: readonly string[],
  until?: string,
  signal: NodeJS.Signals = "SIGINT",
): Promise<Run & { readonly endMs: number | null }> {
  const child = spawn(process.execPath, ["--conditions=scenecast-source", script, ...args], { cwd: root });
  let stdout = "";
  let stderr = "";
  let toldAt: number | null = null;
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (until === undefined || !stdout.includes(until)) return;
    toldAt ??= performance.now();
    child.kill(signal);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr, endMs: toldAt === null ? null : performance.now() - toldAt };
}

async function run(script: string, args: readonly string[], until?: string): Promise<Run> {
  const { code, stdout, stderr } = await runUntil(script, args, until);
  return { code, stdout, stderr };
}

const cli = (...args: string[]) => run("server/cli.ts", args);
const serveFake = (query: string, ...args: string[]) => run("test/fixtures/serve-fake-scene.ts", [query, ...args]);

describe("arguments", () => {
  test("every option finds its place", () => {
    const command = parseCommandLine(
      "serve a.ts --port 0 --host ::1 --size 640x360 --fps 30 --render-scale 0.5 --codec vp9 --chroma 444 --bitrate 2.5M --prefer sharp --min-bitrate 200k --watch --end-with-stdin --debug --trace t.json --cpu-profile profiles --event-log log.gz --param count=200 --param title=a=b --param count=300 --hls-dir out --no-hls".split(
        " ",
      ),
    );
    expect(command).toEqual({
      kind: "serve",
      debug: true,
      endsWithInput: true,
      diagnostics: { trace: "t.json", cpuProfile: "profiles" },
      parameters: { count: "300", title: "a=b" },
      options: {
        scene: "a.ts",
        watch: true,
        logLevel: "debug",
        eventLog: "log.gz",
        http: { port: 0, host: "::1" },
        access: {},
        share: false,
        ice: {},
        viewers: {},
        rooms: {},
        control: {},
        data: {},
        render: { size: { width: 640, height: 360 }, maxFps: 30, scale: 0.5 },
        encode: { codec: "vp9", chroma: "444", bitrateBps: 2_500_000 },
        recordings: {},
        hls: { folder: "out", enabled: false },
        movies: {},
        quality: { preference: "sharp", minBitrateBps: 200_000 },
      },
    });
  });

  test.each([
    ["8000000", 8_000_000],
    ["800k", 800_000],
    ["8M", 8_000_000],
  ])("--bitrate %s is %d bits a second", (text, bitrateBps) => {
    expect(parseCommandLine(["--bitrate", text])).toMatchObject({ options: { encode: { bitrateBps } } });
  });

  test("a sentence about an option speaks of its flag", () => {
    expect(inWordsOfCommandLine("options.render.maxFps must be so.")).toBe("--fps must be so.");
    expect(inWordsOfCommandLine("Something else.")).toBe("Something else.");
  });

  test.each([
    [["--nonsense"], "Unknown option '--nonsense'. See scenecast --help."],
    [["--port"], "Option '--port <value>' argument missing. See scenecast --help."],
    [
      ["--port", "-1"],
      "What follows --port begins with a dash; if that is meant, write --port=… See scenecast --help.",
    ],
    [["--port", "abc"], "--port must be a whole number from 0 to 65535."],
    [["--host", ""], "--host must be a host name or an IP address."],
    [["--size", "big"], "--size must be window, or written like 1280x720."],
    [["--size", "15x720"], "The width in --size must be an even number from 16 to 8192."],
    [["--fps", "0"], "--fps must be a number from 1 to 240."],
    [["--render-scale", "half"], '--render-scale must be "auto" or a number from 0.25 to 1.'],
    [["--codec", "h265"], "--codec must be one of auto, h264, vp8, vp9, av1."],
    [["--chroma", "422"], "--chroma must be one of auto, 420, 444."],
    [["--codec", "vp8", "--chroma", "444"], "--chroma must be auto or 420 with vp8: 4:4:4 is sent as h264 or vp9."],
    [["--bitrate", "fast"], "--bitrate must be written like 8000000, 800k or 8M."],
    [["--min-bitrate", "low"], "--min-bitrate must be written like 8000000, 800k or 8M."],
    [["--min-bitrate", "1k"], "--min-bitrate must be a whole number from 100000 to 200000000."],
    [["--log-level", "loud"], "--log-level must be one of silent, error, warn, info, debug."],
    [["--log-format", "xml"], "--log-format must be one of auto, pretty, json."],
    [["--prefer", "speed"], "--prefer must be one of auto, sharp, fluid."],
    [["--bitrate", "1k"], "--bitrate must be a whole number from 100000 to 200000000."],
    [["--param", "count"], "--param must be written like count=200, not count."],
    [["--param", "5=5"], 'The name in --param 5=5 must be a letter and up to 63 more letters, digits, "-" and "_".'],
    [["--param", `file=${"x".repeat(1025)}`], "The value of --param file must have at most 1024 characters."],
    [["dance"], 'There is no command "dance". See scenecast --help.'],
  ])("%o is refused in one line", (args, sentence) => {
    expect(() => resolved(args)).toThrow(new TypeError(sentence));
  });
});

/** Reads and checks arguments as the program does. */
function resolved(args: readonly string[]): void {
  const command = parseCommandLine(args);
  if (command.kind !== "serve") return;
  try {
    resolveOptions(command.options);
  } catch (error) {
    throw new TypeError(inWordsOfCommandLine((error as TypeError).message));
  }
}

describe("the program", () => {
  test.each([
    [["--nonsense"], "scenecast: Unknown option '--nonsense'. See scenecast --help.\n"],
    [["--fps", "0"], "scenecast: --fps must be a number from 1 to 240.\n"],
  ])("%o is one line on stderr and exit code 2", async (args, stderr) => {
    expect(await cli(...args)).toEqual({ code: 2, stdout: "", stderr });
  });

  test("help and version are printed", async () => {
    expect(await cli("serve", "--help")).toEqual({ code: 0, stdout: wrappedHelp(helpText, null), stderr: "" });
    for (const flag of ["--rooms <kind>", "--max-rooms", "--no-named-rooms", "--room-empty", "--room-idle"]) {
      expect(helpText).toContain(`  ${flag} `);
    }
    expect(await cli("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test.each([
    ["json", /^\{"level":"warn","time":"[\d-]+T[\d:.]+Z","msg":"It broke\."\}$/m],
    ["pretty", /^\[\d\d:\d\d:\d\d\] WARN: It broke\.$/m],
  ])("the log is %s where that is wanted, and as much of it as its level says", async (format, line) => {
    const log = async (level: string): Promise<string> => {
      const args = ["notice=It+broke.", "--port", "0", "--log-format", format, "--log-level", level];
      return (await run("test/fixtures/serve-fake-scene.ts", args, "Ctrl-C")).stderr;
    };
    expect(await log("warn")).toMatch(line);
    expect(await log("error")).toBe("");
  });

  test("a missing scene is exit code 4", async () => {
    const stderr = "scenecast: There is no scene file /nowhere/scene.ts.\n";
    expect(await cli("/nowhere/scene.ts")).toEqual({ code: 4, stdout: "", stderr });
    const folder = fileURLToPath(new URL("../", import.meta.url));
    expect(await cli("serve", folder)).toMatchObject({ code: 4, stderr: expect.stringContaining(`folder ${folder}.`) });
  });

  test("a port in use is exit code 3", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const stderr = `scenecast: Port ${port} on 127.0.0.1 is in use. Choose another one with --port.\n`;
    expect(await serveFake("", "--port", String(port))).toEqual({ code: 3, stdout: "", stderr });
    other.close();
  });

  test("an address that is not ours is exit code 3", async () => {
    expect(await serveFake("", "--host", "203.0.113.1", "--port", "0")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^scenecast: Could not listen on 203\.0\.113\.1, port 0: .*\n$/),
    });
  });

  test.each([
    ["fail=scene-invalid", 5, "scenecast: The scene says: scene-invalid.\n"],
    ["fail=scene-failed", 5, "scenecast: The scene says: scene-failed.\n"],
    ["fail=no-encoder", 7, "scenecast: The scene says: no-encoder.\n"],
    [
      "exit=3",
      1,
      "scenecast: The scene's program ended by itself, with exit code 3. The last thing it printed: Error: the library could not be loaded\n",
    ],
  ])("a scene with %s is exit code %d and one line, after the link", async (query, code, stderr) => {
    const stdout = expect.stringMatching(/^Scenecast [\d.]+\n\n {2}http:\/\/127\.0\.0\.1:\d+\/\n\n$/);
    expect(await serveFake(query, "--port", "0")).toEqual({ code, stdout, stderr });
  });

  test.each([
    [["--param", "count=9000"], "scenecast: The parameter count must be a number from 1 to 5000, not 9000.\n"],
    [["--param", "cuont=5", "--watch"], 'scenecast: The scene has no parameter "cuont". It has count, dark.\n'],
  ])("%o is one line and exit code 2, also where files are watched", async (args, stderr) => {
    expect(await serveFake("", "--port", "0", ...args)).toMatchObject({ code: 2, stderr });
  });

  test("no OpenGL is exit code 6 and names what was tried", async () => {
    const { code, stderr } = await serveFake("noGl=vulkan,opengl", "--port", "0");
    expect(code).toBe(6);
    expect(stderr).toContain("scenecast: No OpenGL context could be created. Tried vulkan, opengl.");
  });

  test("--debug shows where it was thrown", async () => {
    const { stderr } = await serveFake("fail=scene-failed", "--port", "0", "--debug");
    expect(stderr).toContain("at the scene");
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends everything with exit code 0", async (signal) => {
    const args = ["deaf=1", "--port", "0", "--host", "0.0.0.0", "--no-token"];
    const { code, stdout, stderr, endMs } = await runUntil("test/fixtures/serve-fake-scene.ts", args, "Ctrl-C", signal);
    expect(code).toBe(0);
    expect(endMs).toBeLessThan(6_000);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(stdout).toContain("renderer: fake on Vulkan (software)");
    expect(stderr).toContain("can watch and steer the scene, because no token is asked for.");
  });

  test("without a scene it serves the examples, of which none is started", async () => {
    const { code, stdout, stderr } = await run("server/cli.ts", ["--port", "0"], "Ctrl-C");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/\n {2}\d+ scenes, each started when somebody opens it: .*\bspheres\b.*\n/);
  });

  test("with a token it prints no link to what is no terminal, and scenecast link makes them while it runs", async () => {
    // The links of others are in the folder that all tests share.
    const state = mkdtempSync(join(tmpdir(), "scenecast-links-"));
    vi.stubEnv("XDG_STATE_HOME", state);
    const token = "correct-horse-battery";
    const script = ["--conditions=scenecast-source", "test/fixtures/serve-fake-scene.ts", ""];
    const child = spawn(process.execPath, [...script, "--port", "0", "--token", token], { cwd: root });
    onTestFinished(() => {
      child.kill();
      rmSync(state, { recursive: true });
    });
    let stdout = "";
    for await (const chunk of child.stdout) {
      stdout += String(chunk);
      if (stdout.includes("Ctrl-C")) break;
    }
    const [, own = ""] = /\n {2}(http\S+)\n/.exec(stdout) ?? [];
    // A log would keep them.
    expect(stdout).not.toMatch(/token=|correct-horse/);
    expect(stdout).toContain(`to get one: scenecast link --port ${new URL(own).port} --role host\n`);
    const port = new URL(own).port;
    const made = await cli("link", "--port", port);
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=ey\S+\n$/),
    });
    const listed = await cli("link", "--port", port, "--list");
    expect(listed.stdout).toMatch(/A controller in every room, .*\n.*A viewer in every room/);
    child.kill("SIGTERM");
    await once(child, "close");
    expect((await cli("link", "--port", port)).code).toBe(1);
  });

  test("killed outright it leaves no process of the scene behind", async () => {
    const script = "test/fixtures/serve-fake-scene.ts";
    const child = spawn(process.execPath, ["--conditions=scenecast-source", script, "", "--port", "0"], { cwd: root });
    let stdout = "";
    for await (const chunk of child.stdout) {
      stdout += String(chunk);
      if (stdout.includes("Ctrl-C")) break;
    }
    const scenePid = await childOf(child.pid ?? 0);
    // Stopped it does not notice that the other is gone.
    process.kill(scenePid, "SIGSTOP");
    child.kill("SIGKILL");
    await expect.poll(() => processExists(scenePid)).toBe(false);
  });
});

/** The number of the one child of a process that runs Node. */
async function childOf(pid: number): Promise<number> {
  const ps = spawn("ps", ["-o", "pid=,comm=", "--ppid", String(pid)]);
  let text = "";
  for await (const chunk of ps.stdout) text += String(chunk);
  return Number(/(\d+) (?!sh\b)/.exec(text)?.[1]);
}

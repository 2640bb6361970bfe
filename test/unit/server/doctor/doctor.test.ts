import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { examine } from "../../../../server/command/doctor-command.ts";
import { readDoctorArguments } from "../../../../server/command/doctor-flags.ts";
import { examineBrowsers } from "../../../../server/doctor/browser-check.ts";
import { examineEncoders, tryEncoders } from "../../../../server/doctor/encoder-check.ts";
import { canStream, conclusionOf, type Finding, good } from "../../../../server/doctor/finding.ts";
import { examineMachine, type Machine, quotaIn } from "../../../../server/doctor/machine-checks.ts";
import { examinePort, examineTunnel, examineUdp } from "../../../../server/doctor/network-checks.ts";
import { installCommand } from "../../../../server/doctor/packages.ts";
import { examineDrawing, examineVulkan, tryDrawing } from "../../../../server/doctor/renderer-check.ts";
import type { RenderProbeResult } from "../../../../server/render/render-probe-protocol.ts";

const GIB = 2 ** 30;
const machine: Machine = {
  nodeVersion: "24.1.0",
  processors: 8,
  processorQuota: null,
  memoryBytes: 16 * GIB,
  memoryLimitBytes: null,
  sharedMemoryBytes: 8 * GIB,
  isContainer: false,
};
const drawn: RenderProbeResult = {
  renderer: { name: "llvmpipe", isGpu: false, backend: "vulkan" },
  isMultisampled: false,
  maxSamples: 4,
  wrongColour: null,
  frameMs: 12,
  fonts: 3,
};
const probe = (name: string) => new URL(`../../../fixtures/probes/${name}.ts`, import.meta.url);
const named = (findings: readonly Finding[], name: string) => findings.find((finding) => finding.name === name);

describe("the machine", () => {
  test("one that has enough is good in everything", () => {
    expect(examineMachine(machine).map(({ verdict }) => verdict)).toEqual(["good", "good", "good", "good"]);
  });

  test("a Node.js that is too old keeps scenes from being streamed, and the command that brings one is told", () => {
    const finding = named(examineMachine({ ...machine, nodeVersion: "22.17.9" }), "Node.js");
    expect(finding).toMatchObject({ verdict: "broken", mend: "npm install -g node@24" });
    expect(named(examineMachine({ ...machine, nodeVersion: "22.18.0" }), "Node.js")?.verdict).toBe("good");
  });

  test("what the control group allows counts, not what the machine has", () => {
    const small = { ...machine, processorQuota: 1, memoryLimitBytes: GIB / 2, sharedMemoryBytes: 2 ** 26 };
    const findings = examineMachine({ ...small, isContainer: true });
    expect(findings.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["Node.js", "good"],
      ["processors", "slow"],
      ["memory", "slow"],
      ["shared memory", "missing"],
    ]);
    expect(named(findings, "processors")?.sentence).toContain("8, of which 1 may be used");
    expect(named(findings, "shared memory")?.mend).toContain("--shm-size");
  });

  test.each([
    ["200000 100000\n", 2],
    ["150000 100000\n", 1.5],
    ["max 100000\n", null],
    [null, null],
  ])("cpu.max %j is a quota of %s", (text, quota) => {
    expect(quotaIn(text)).toBe(quota);
  });

  test("the command that installs is that of the system", () => {
    const names = { apt: "a", dnf: "d", pacman: "p" };
    expect(installCommand(names, (path) => path === "/usr/bin/apt-get", true)).toBe("apt-get install -y a");
    expect(installCommand(names, (path) => path === "/usr/bin/dnf", false)).toBe("sudo dnf install -y d");
    expect(installCommand(names, () => false, true)).toBeNull();
  });
});

describe("the renderer", () => {
  const way = (backend: "vulkan" | "opengl") => ({
    name: backend,
    open: () => Promise.resolve({ backend, env: {}, close: () => undefined }),
  });

  test("a driver that crashes costs its way alone, and the next is tried", async () => {
    const absent = { name: "Xvfb", open: () => Promise.resolve(null) };
    const trial = await tryDrawing([way("vulkan"), absent, way("opengl")], probe("renderer"));
    expect(trial.refused).toEqual([
      { way: "vulkan", sentence: "its process was ended by SIGSEGV" },
      { way: "Xvfb", sentence: "it is not installed" },
    ]);
    const findings = examineDrawing(trial, null);
    expect(named(findings, "renderer")).toMatchObject({ verdict: "good", sentence: expect.stringContaining("(GPU)") });
    expect(named(findings, "fonts")).toMatchObject({ verdict: "missing", sentence: expect.stringContaining("none") });
  });

  test("no way to OpenGL is broken, and each way says why", async () => {
    const [finding] = examineDrawing(await tryDrawing([way("vulkan")], probe("renderer")), null);
    expect(finding).toMatchObject({
      verdict: "broken",
      sentence: "no OpenGL context; vulkan: its process was ended by SIGSEGV",
    });
  });

  test("a gl that was compiled for another Node is to be compiled again, whatever is installed besides", () => {
    const sentence =
      "The module 'webgl.node'\nwas compiled against … NODE_MODULE_VERSION 115. This version requires 137.";
    const [finding] = examineDrawing({ refused: [{ way: "Vulkan", sentence }], result: null }, null);
    expect(finding).toMatchObject({ verdict: "broken", mend: "npm rebuild gl" });
    expect(finding?.sentence).toContain(process.versions.node);
  });

  test("wrong colours are broken, however fast they are", () => {
    const [finding] = examineDrawing({ refused: [], result: { ...drawn, wrongColour: "upper left is 0 0 0" } }, null);
    expect(finding).toMatchObject({ verdict: "broken", mend: "SCENECAST_GL_BACKEND=opengl scenecast doctor" });
  });

  test("fewer than 30 frames a second are slow, and so is a GPU that is not used", () => {
    const verdictOf = (result: Partial<RenderProbeResult>, gpu: Parameters<typeof examineDrawing>[1]) =>
      examineDrawing({ refused: [], result: { ...drawn, ...result } }, gpu)[0];
    expect(verdictOf({}, null)?.verdict).toBe("good");
    expect(verdictOf({ frameMs: 50 }, null)).toMatchObject({ verdict: "slow", mend: "scenecast serve --size 960x540" });
    expect(verdictOf({}, { name: "NVIDIA", mayUse: true })?.mend).toContain("NVIDIA_DRIVER_CAPABILITIES");
    expect(verdictOf({}, { name: "/dev/dri/renderD128", mayUse: false })?.mend).toContain("usermod");
  });

  test("the link to the Vulkan loader is told where the system wants one", () => {
    expect(examineVulkan(() => "there")?.verdict).toBe("good");
    expect(examineVulkan(() => "no-loader")?.verdict).toBe("missing");
    expect(examineVulkan(() => "not-needed")).toBeNull();
    const refused = examineVulkan(() => {
      throw new Error("EACCES");
    });
    expect(refused).toMatchObject({ verdict: "missing", sentence: "its loader cannot be linked: EACCES" });
  });
});

describe("the encoders", () => {
  test("one that crashes costs itself alone, and the others are tried", async () => {
    const tried = await tryEncoders(probe("encoders"));
    expect(tried.map(({ name, pictureMs }) => [name, pictureMs])).toEqual([
      ["libx264", 3],
      ["av1_vaapi", null],
      ["libsvtav1", 5],
    ]);
    expect(tried[1]?.refusal).toBe("its process was ended by SIGSEGV");
    expect(examineEncoders(tried)).toMatchObject({ verdict: "good", sentence: "h264 3.0 ms, av1 5.0 ms" });
  });

  test("hardware is named; without h264 it is slow; without any it is broken", () => {
    const nvenc = { codec: "h264", name: "h264_nvenc", isHardware: true, pictureMs: 1, refusal: null } as const;
    expect(examineEncoders([nvenc]).sentence).toBe("h264 1.0 ms (h264_nvenc, hardware)");
    const none = { codec: "h264", name: "libx264", isHardware: false, pictureMs: null, refusal: "gone" } as const;
    const vp8 = { codec: "vp8", name: "libvpx", isHardware: false, pictureMs: 6, refusal: null } as const;
    expect(examineEncoders([none, vp8])).toMatchObject({ verdict: "slow", sentence: "vp8 6.0 ms; no h264 (gone)" });
    expect(examineEncoders([none])).toMatchObject({ verdict: "broken", mend: "npm rebuild node-av" });
    expect(examineEncoders([{ ...nvenc, pictureMs: 40 }])).toMatchObject({ verdict: "slow" });
  });
});

describe("the network", () => {
  test("a port that another program has is told, with one that is free; ours is good", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const taken = await examinePort(port);
    expect(taken).toMatchObject({ verdict: "missing", sentence: `${port} is taken by another program` });
    const free = Number(/^scenecast serve --port (\d+)$/.exec(taken.mend ?? "")?.[1]);
    expect(await examinePort(free)).toMatchObject({ verdict: "good", sentence: `${free} is free` });
    other.close();
    const ours = createHttpServer((_, answer) => answer.end('{"ok":true}')).listen(port, "127.0.0.1");
    await once(ours, "listening");
    expect(await examinePort(port)).toMatchObject({ verdict: "good", sentence: expect.stringContaining("Scenecast") });
    ours.close();
  });

  test("datagrams come back on loopback; where they cannot, that is told", async () => {
    expect((await examineUdp()).sentence).toMatch(/^an echo on 127\.0\.0\.1 took [\d.]+ ms$/);
    // Of the documentation's addresses none is this machine's.
    expect(await examineUdp("192.0.2.1")).toMatchObject({
      verdict: "slow",
      sentence: expect.stringContaining("EADDRNOTAVAIL"),
    });
  });

  test("the token of the tunnel is never told", () => {
    const command = readDoctorArguments([], { NGROK_AUTHTOKEN: "2abcSecret" });
    expect(command).toEqual({ port: 8080, json: false, hasNgrokToken: true });
    expect(examineTunnel(true, true)).toMatchObject({ verdict: "good", sentence: "NGROK_AUTHTOKEN is set" });
    expect(examineTunnel(false, true)).toMatchObject({ verdict: "missing" });
    expect(examineTunnel(true, false)).toMatchObject({ mend: "npm install --include=optional" });
  });

  test("browsers are named once each; nobody has to have one", async () => {
    const versions: Readonly<Record<string, string>> = { chromium: "Chromium 1.2", "google-chrome": "Chromium 1.2" };
    expect((await examineBrowsers(async (program) => versions[program] ?? null)).sentence).toBe("Chromium 1.2");
    expect(await examineBrowsers(async () => null)).toMatchObject({ verdict: "missing" });
  });
});

describe("what is printed", () => {
  const fonts: Finding = { name: "fonts", verdict: "missing", sentence: "none", mend: "apt-get install x" };
  const renderer: Finding = { name: "renderer", verdict: "broken", sentence: "no context", mend: null };
  const print = async (findings: readonly Finding[], json: boolean) => {
    let text = "";
    const out = (more: string) => {
      text += more;
    };
    const checks = findings.map((finding) => () => Promise.resolve([finding]));
    const code = await examine({ port: 1, json, hasNgrokToken: false }, { checks, out });
    return { code, text };
  };

  test("a line a matter, below it the command that mends it, and what it comes to", async () => {
    const { code, text } = await print([good("Node.js", "24.1.0"), fonts], false);
    expect(code).toBe(0);
    expect(text.split("\n").slice(1)).toEqual([
      "",
      "  ✓ Node.js        24.1.0",
      "  ! fonts          none",
      "                   apt-get install x",
      "",
      "Scenes can be streamed here. Missing: fonts.",
      "",
    ]);
  });

  test("exit code 1 where nothing can be streamed", async () => {
    const { code, text } = await print([renderer], false);
    expect(code).toBe(1);
    expect(text).toContain("  ✗ renderer       no context\n");
    expect(text).toContain("Nothing can be streamed here before this is mended: renderer.");
    expect(canStream([fonts, good("x", "y")])).toBe(true);
    expect(conclusionOf([good("x", "y")])).toBe("Scenes can be streamed here.");
  });

  test("--json prints the findings and nothing else", async () => {
    const { text } = await print([fonts, renderer], true);
    expect(JSON.parse(text)).toEqual({ ok: false, findings: [fonts, renderer] });
  });

  test.each([
    [["--port", "0"], "--port must be a whole number from 1 to 65535."],
    [["--nonsense"], "Unknown option '--nonsense'"],
  ])("%o is refused in one line", (args, sentence) => {
    expect(() => readDoctorArguments(args, {})).toThrow(sentence);
    expect(readDoctorArguments(["--help"], {})).toBeNull();
  });
});

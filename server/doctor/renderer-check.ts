/** Owns looking at what draws: the way to OpenGL, the picture's colours and speed, and fonts. Main process; probes do the work. */

import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { siblingUrl } from "../platform/threads.ts";
import type { FromRenderProbe, RenderProbeResult } from "../render/render-probe-protocol.ts";
import { type GlBackend, glBackends } from "../session/gl-backend.ts";
import { linkVulkanLoader } from "../setup/link-vulkan-loader.mjs";
import type { Finding } from "./finding.ts";
import { good } from "./finding.ts";
import { installCommand } from "./packages.ts";
import { runProbe } from "./probe.ts";

const DEADLINE_MS = 60_000;
/** With less than 30 frames a second a drag is seen to stutter. */
const MAX_FRAME_MS = 33;
const vulkanDriver = {
  apt: "libvulkan1 mesa-vulkan-drivers",
  dnf: "vulkan-loader mesa-vulkan-drivers",
  pacman: "vulkan-icd-loader vulkan-swrast",
};
const fonts = { apt: "fonts-dejavu-core", dnf: "dejavu-sans-fonts", pacman: "ttf-dejavu" };
/** What ANGLE loads, by the name of the file. */
const driverLibraries = {
  apt: "libx11-6 libxext6 libxcb1 libdrm2",
  dnf: "libX11 libXext libxcb libdrm",
  pacman: "libx11 libxext libxcb libdrm",
};

/** What became of the ways to OpenGL, the first that works last. */
export type DrawingTrial = {
  readonly refused: readonly { readonly way: string; readonly sentence: string }[];
  readonly result: RenderProbeResult | null;
};

/** A GPU that the machine seems to have: whose, and whether this user may use it. */
export type SeenGpu = { readonly name: string; readonly mayUse: boolean };

/** Tries one way after the other, as a server does. */
export async function tryDrawing(
  backends: readonly GlBackend[] = glBackends(),
  url: URL = siblingUrl(import.meta.url, "../render/render-probe-process"),
): Promise<DrawingTrial> {
  const refused: { way: string; sentence: string }[] = [];
  for (const backend of backends) {
    const opened = await backend.open();
    if (opened === null) {
      refused.push({ way: backend.name, sentence: "it is not installed" });
      continue;
    }
    const { messages, fall } = await runProbe<FromRenderProbe>({
      url,
      args: [opened.backend],
      env: opened.env,
      deadlineMs: DEADLINE_MS,
    });
    opened.close();
    const [answer] = messages;
    if (answer?.kind === "drawn") return { refused, result: answer };
    refused.push({ way: backend.name, sentence: answer?.sentence ?? fall ?? "it told nothing" });
  }
  return { refused, result: null };
}

/** Of a module that was compiled for another Node; no library of the system mends that. */
const isOtherNode = /NODE_MODULE_VERSION/;

/** What a trial says of the renderer and of fonts. */
export function examineDrawing({ refused, result }: DrawingTrial, gpu: SeenGpu | null): readonly Finding[] {
  const name = "renderer";
  if (result === null) {
    const tried = refused.map(({ way, sentence }) => `${way}: ${sentence}`).join("; ");
    if (isOtherNode.test(tried)) {
      const sentence = `the package gl was compiled for another Node.js than ${process.versions.node}`;
      return [{ name, verdict: "broken", sentence, mend: "npm rebuild gl" }];
    }
    const sentence = tried === "" ? "there is no way to OpenGL" : `no OpenGL context; ${tried}`;
    return [{ name, verdict: "broken", sentence, mend: installCommand(withLibraries(tried)) }];
  }
  return [examineRenderer(name, result, gpu), examineFonts(result.fonts)];
}

function examineRenderer(name: string, result: RenderProbeResult, gpu: SeenGpu | null): Finding {
  const { renderer, wrongColour, frameMs, isMultisampled, maxSamples } = result;
  const way = renderer.backend === "vulkan" ? "Vulkan" : "OpenGL";
  const who = `${renderer.name} on ${way} (${renderer.isGpu ? "GPU" : "software"})`;
  if (wrongColour !== null) {
    const sentence = `${who} draws wrong colours: ${wrongColour}`;
    const other = renderer.backend === "vulkan" ? "opengl" : "vulkan";
    return { name, verdict: "broken", sentence, mend: `SCENECAST_GL_BACKEND=${other} scenecast doctor` };
  }
  const smooth = isMultisampled ? "4x MSAA" : `no MSAA in motion (${maxSamples}x possible)`;
  const sentence = `${who}, right colours, ${smooth}, 1280x720 in ${frameMs.toFixed(1)} ms`;
  if (!renderer.isGpu && gpu !== null) return unusedGpu(name, sentence, gpu);
  if (frameMs <= MAX_FRAME_MS) return good(name, sentence);
  return { name, verdict: "slow", sentence, mend: "scenecast serve --size 960x540" };
}

function unusedGpu(name: string, sentence: string, gpu: SeenGpu): Finding {
  const isNvidia = gpu.name === "NVIDIA";
  const mend = !gpu.mayUse
    ? "sudo usermod -aG render,video $USER"
    : isNvidia
      ? "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all …"
      : installCommand(vulkanDriver);
  const why = gpu.mayUse ? "has no Vulkan driver here" : "may not be used by this user";
  return { name, verdict: "slow", sentence: `${sentence}; the ${gpu.name} GPU ${why}`, mend };
}

function examineFonts(families: number): Finding {
  const name = "fonts";
  if (families > 0) return good(name, families === 1 ? "1 family" : `${families} families`);
  const sentence = "none, so text on canvases is not drawn";
  return { name, verdict: "missing", sentence, mend: installCommand(fonts) };
}

/** The link by which ANGLE finds Vulkan; null where the system needs none. */
export function examineVulkan(link: () => string = linkOfGl): Finding | null {
  const name = "Vulkan";
  try {
    switch (link()) {
      case "not-needed":
        return null;
      case "no-loader":
        return { name, verdict: "missing", sentence: "no libvulkan.so.1", mend: installCommand(vulkanDriver) };
      default:
        return good(name, "its loader is linked into gl's folder");
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      verdict: "missing",
      sentence: `its loader cannot be linked: ${reason}`,
      mend: "sudo scenecast doctor",
    };
  }
}

function linkOfGl(): string {
  return linkVulkanLoader(dirname(createRequire(import.meta.url).resolve("gl/package.json")));
}

/** A library that is named in what went wrong is missing, too. */
function withLibraries(tried: string): typeof vulkanDriver {
  if (!/lib(?:X11|Xext|xcb|drm)\b/.test(tried)) return vulkanDriver;
  const both = (["apt", "dnf", "pacman"] as const).map((kind) => [
    kind,
    `${vulkanDriver[kind]} ${driverLibraries[kind]}`,
  ]);
  return Object.fromEntries(both) as typeof vulkanDriver;
}

/** What Linux says of GPUs; null where it shows none. */
export function seenGpu(): SeenGpu | null {
  if (existsSync("/proc/driver/nvidia/version")) return { name: "NVIDIA", mayUse: mayOpen("/dev/nvidiactl") };
  const node = nodesIn("/dev/dri").find((entry) => entry.startsWith("renderD"));
  return node === undefined ? null : { name: `/dev/dri/${node}`, mayUse: mayOpen(`/dev/dri/${node}`) };
}

function nodesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

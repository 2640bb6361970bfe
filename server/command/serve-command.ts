/** Owns `scenecast serve`: what it prints, how it ends, and with which exit code. */

import { networkInterfaces } from "node:os";
import { StreamError } from "../../shared/errors.ts";
import { tunnelSentence } from "../../shared/tunnel.ts";
import { publicStun } from "../options/network-options.ts";
import { type ResolvedOptions, resolveOptions } from "../options/options.ts";
import { isLoopback } from "../platform/loopback.ts";
import { packageVersion } from "../platform/package-file.ts";
import { linkTo, pageUrl } from "../share/addresses.ts";
import { StreamServer, type StreamServerStart } from "../stream-server.ts";
import { type Command, inWordsOfCommandLine } from "./command-line.ts";
import { startProfiles, TraceFiles } from "./diagnostics.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { qrCode } from "./qr-code.ts";
import { keepRecord } from "./server-record.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { asTyped } from "./typed-command.ts";

/** After this long a server that does not close is left behind, and the operating system cleans up. */
const CLOSE_DEADLINE_MS = 2_000;

/** Serves until a signal comes or it cannot. Resolves with the exit code. Tests give a `start` of their own. */
export async function serve(
  command: Extract<Command, { readonly kind: "serve" }>,
  start: (options: ResolvedOptions, told: StreamServerStart) => Promise<StreamServer> = (options, told) =>
    StreamServer.start(options, {}, told),
): Promise<number> {
  const { signal, stop } = stopOnSignals({ exitCode: 0, deadlineMs: CLOSE_DEADLINE_MS });
  const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  if (command.endsWithInput) followInput(stop);
  let options: ResolvedOptions;
  try {
    startProfiles(command.diagnostics);
    const resolved = resolveOptions({ ...command.options, signal });
    options = { ...resolved, parameters: { ...resolved.parameters, flags: command.parameters } };
  } catch (error) {
    return explain(error, command.debug, exitCodes.usage);
  }
  try {
    const listening = (server: StreamServer): void => void process.stdout.write(linkLines(server, options));
    await using server = await start(options, { listening });
    // Why there is no link is in the log.
    server.on("shareChanged", ({ link }) => {
      if (link !== null) process.stdout.write(`${shareLines(link)}${usageLine(server)}`);
    });
    const traces = new TraceFiles(server, command.diagnostics.trace);
    using _record = recordOf(server, options);
    process.stdout.write(startLines(server, options));
    process.stderr.write(openWarning(options, server.port));
    await stopped;
    await traces.close();
    process.stdout.write(usageLine(server));
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    return explain(error, command.debug, error instanceof StreamError ? exitCodeOf(error.code) : exitCodes.failed);
  }
}

/** What is said there is of no interest, only that nobody is left to say more. */
function followInput(stop: () => void): void {
  process.stdin.once("close", stop).once("end", stop).once("error", stop).resume();
}

/** Lets `scenecast link` find the server. Without a token it has nothing to do there. */
function recordOf({ port, url }: StreamServer, options: ResolvedOptions): Disposable | null {
  const { token } = options.access;
  if (token === null) return null;
  // Links are made for the address that the server is reached by, and 127.0.0.1 is of use to nobody else; with a public
  // address they are made for that, which this machine need not reach.
  const { http } = options;
  const local = http.publicUrl === null ? url : pageUrl({ http: { ...http, publicUrl: null } }, port);
  const record = { port, url: networkPages(options, port)[0] ?? local, token, pid: process.pid, startedAt: Date.now() };
  try {
    return keepRecord(record);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Warning: scenecast link will not find this server by itself: ${reason}\n`);
    return null;
  }
}

/** What is printed when the server can be reached, before the scene is there. */
function linkLines(server: StreamServer, options: ResolvedOptions): string {
  return [`Scenecast ${packageVersion()}`, "", ...links(server, options), "", ""].join("\n");
}

/** What is printed when the scene is there, or, of several, when one can be opened. */
export function startLines(
  server: Pick<StreamServer, "title" | "size" | "renderer">,
  options: Pick<ResolvedOptions, "scenes" | "share" | "ice" | "render" | "encode">,
): string {
  const { scenes, share, ice } = options;
  return [
    scenes === null
      ? `  streams "${server.title}"`
      : `  ${scenes.size} scenes, each started when somebody opens it: ${[...scenes.keys()].join(", ")}`,
    ...(share === null ? [] : ["", "  opening the share link …", ...stunLine(ice.stun)]),
    ...(scenes === null ? ["", ...pictureLines(server, options)] : []),
    "",
    "  press Ctrl-C to stop",
    "",
    "",
  ].join("\n");
}

/** Who draws the picture, and how it is sent. */
function pictureLines(
  { renderer, size }: Pick<StreamServer, "size" | "renderer">,
  { render, encode }: Pick<ResolvedOptions, "render" | "encode">,
): string[] {
  const codec = encode.codec ?? "h264 or what a viewer can play";
  const isOwn = renderer?.name === "the studio";
  const colours = encode.chroma === "444" ? ", 4:4:4 where it can be shown" : "";
  return [
    `  renderer: ${drawer(renderer)}`,
    `  picture:  ${isOwn ? "as its layout says" : render.followsWindow ? "as the window of who steers" : `${size.width}x${size.height}`}, at most ${render.maxFps} frames per second, ${codec}${colours}, ${bits(encode.bitrateBps)}`,
  ];
}

function drawer(renderer: StreamServer["renderer"]): string {
  if (renderer?.backend === "program" && renderer.name !== "another program") return renderer.name;
  if (renderer?.backend === "program") return "another program, which gives its pictures by the WebSocket /frames";
  const backend = renderer?.backend === "vulkan" ? "Vulkan" : "OpenGL";
  return `${renderer?.name ?? "unknown"} on ${backend} (${renderer?.isGpu ? "GPU" : "software"})`;
}

/** The host's own links, and with a token those to be passed on. What is no terminal is a log, which is to hold no secrets. */
function links({ url, inviteLink, port }: StreamServer, options: ResolvedOptions): string[] {
  const pages = [url, ...networkPages(options, port)];
  if (options.access.token !== null && !process.stdout.isTTY) {
    return [...pages.map((page) => `  ${page}`), "", `  ${noTerminal(port)}`];
  }
  const own = pages.map((page) => `  ${linkTo(page, options.access.token)}`);
  if (inviteLink === null) return own;
  const { hash } = new URL(inviteLink);
  return [
    ...own,
    "",
    "  for others:",
    ...pages.map((page) => `  ${page}${hash}`),
    asTyped("  to let others only watch: scenecast link --role viewer"),
  ];
}

/** Who is asked without having been named is told. */
function stunLine(stun: readonly string[]): string[] {
  if (stun !== publicStun) return [];
  const names = stun.map((url) => url.split(":")[1]).join(" and ");
  return [`  ${names} are asked for a way past its tunnel; --no-stun asks nobody, and video takes the tunnel`];
}

/** How much of its tunnel is used; nothing before anything went through it. */
function usageLine({ shareUsage }: StreamServer): string {
  return shareUsage === null || shareUsage.monthBytes === 0 ? "" : `  ${tunnelSentence(shareUsage)}\n\n`;
}

function noTerminal(port: number): string {
  const command = asTyped(`scenecast link --port ${port} --role host`);
  return `links that let somebody in are not printed here, since this is no terminal; to get one: ${command}`;
}

/** What is printed when there is a share link; on a terminal with what lets in by it, and as a QR code too. */
export function shareLines(link: string, withCode: boolean = process.stdout.isTTY): string {
  if (!withCode) return `  share link: ${link.replace(/#.*$/, "")}\n\n`;
  return `  share link: ${link}\n\n${qrCode(link).replaceAll(/^/gm, "  ")}\n\n`;
}

/** Where other machines may find the page of a server that listens on every address. */
function networkPages({ http }: ResolvedOptions, port: number): string[] {
  if (http.publicUrl !== null || (http.host !== "0.0.0.0" && http.host !== "::")) return [];
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => pageUrl({ http: { ...http, host: address } }, port));
}

function bits(bitrateBps: number): string {
  return bitrateBps >= 1_000_000 ? `${bitrateBps / 1_000_000} Mbit/s` : `${bitrateBps / 1000} kbit/s`;
}

/** Empty where a token is asked for or only this machine reaches the server. */
function openWarning({ http, access, share }: ResolvedOptions, port: number): string {
  const host = http.host ?? "";
  if (access.token !== null || (isLoopback(host) && share === null && http.publicUrl === null)) return "";
  const who = share !== null ? "the share link" : (http.publicUrl ?? `${host}, port ${port},`);
  return `Warning: anybody who can reach ${who} can watch and steer the scene, because no token is asked for.\n`;
}

/** One line on stderr for what went wrong. Returns `exitCode`. */
function explain(error: unknown, debug: boolean, exitCode: number): number {
  const sentence = error instanceof Error ? inWordsOfCommandLine(error.message) : String(error);
  const advice = error instanceof StreamError && error.code === "port-taken" ? " Choose another one with --port." : "";
  process.stderr.write(`scenecast: ${sentence.replaceAll(/\s*\n\s*/g, " ")}${advice}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}

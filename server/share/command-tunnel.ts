/**
 * Owns a tunnel that a program of the user's opens: it runs the program, takes the public address from what it prints, and runs
 * it again when it ends, after 2 s, 4 s … 60 s. What it printed last is told when it fails, without the words of its command,
 * among which may be secrets.
 */

import { basename } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import { publicAddressIn } from "./public-address.ts";
import { MAX_RETRY_MS, type PublicTunnel, type TunnelEvents } from "./public-tunnel.ts";
import { TunnelProgram } from "./tunnel-program.ts";

export type CommandTunnelOptions = {
  /** The program and its arguments, in which `{url}` and `{port}` stand for the server on this machine. */
  readonly words: readonly string[];
  /** The public address, where the program prints none. */
  readonly url: string | null;
  /** The address of the server on this machine, without a path. */
  readonly target: string;
  /** The first wait before it is run again, in milliseconds. Default 2000. */
  readonly retryMs?: number;
  /** How long it may print no address before somebody is told, in milliseconds. Default 30 000. */
  readonly patienceMs?: number;
};

type Run = {
  readonly program: TunnelProgram;
  /** What it printed last. */
  readonly lines: string[];
  url: string | null;
  openedAt: number;
};

type State =
  | { readonly kind: "running"; readonly run: Run; readonly patience: NodeJS.Timeout }
  | { readonly kind: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly kind: "closed" };

const KEPT_LINES = 3;
const MAX_TOLD_LINE = 160;
/** A program that prints no address is taken to have opened its tunnel when it has run for so long. */
const SETTLED_MS = 2_000;
/** Some give out another address now and then; what comes at once is one of the same tunnel for another purpose. */
const OTHER_ADDRESS_AFTER_MS = 10_000;
/** Who held for so long begins anew with short waits. */
const HELD_MS = 30_000;
/** A shorter word of the command is none that must not be told. */
const MIN_SECRET = 8;

export class CommandTunnel extends Emitter<TunnelEvents> implements PublicTunnel {
  readonly #options: CommandTunnelOptions;
  readonly #words: readonly string[];
  readonly #name: string;
  #state: State = { kind: "closed" };
  #tries = 0;

  /** Runs nothing yet, so that nobody misses an event: call `open`. */
  constructor(options: CommandTunnelOptions) {
    super();
    this.#options = options;
    const { target, words } = options;
    const { port } = new URL(target);
    this.#words = words.map((word) => word.replaceAll("{url}", target).replaceAll("{port}", port));
    this.#name = basename(words[0] ?? "");
  }

  open(): Promise<void> {
    const lines: string[] = [];
    const program = new TunnelProgram({ words: this.#words, printed: (line) => this.#handleLine(run, line) });
    const run: Run = { program, lines, url: null, openedAt: 0 };
    const { url, patienceMs = 30_000 } = this.#options;
    const patience =
      url === null
        ? setTimeout(() => this.#handleSilence(run, patienceMs), patienceMs)
        : setTimeout(() => this.#handleAddress(run, url), SETTLED_MS);
    this.#state = { kind: "running", run, patience };
    void program.ended.then(({ how, isMissing }) => this.#handleEnd(run, how, isMissing));
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: "closed" };
    if (state.kind === "waiting") clearTimeout(state.timer);
    if (state.kind !== "running") return;
    clearTimeout(state.patience);
    await state.run.program.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #handleLine(run: Run, line: string): void {
    if (line === "") return;
    run.lines.push(line);
    if (run.lines.length > KEPT_LINES) run.lines.shift();
    const url = this.#options.url === null ? publicAddressIn(line) : null;
    if (url !== null && (run.url === null || isOther(run, url))) this.#handleAddress(run, url);
  }

  #handleAddress(run: Run, url: string): void {
    if (this.#state.kind !== "running" || this.#state.run !== run) return;
    clearTimeout(this.#state.patience);
    run.url = url;
    run.openedAt = performance.now();
    this.emit("opened", { url });
  }

  #handleSilence(run: Run, patienceMs: number): void {
    const advice = "If it prints none, name the address by --share-url (share.url).";
    const sentence = `${this.#name} has printed no public address for ${Math.round(patienceMs / 1000)} s${this.#lastLines(run)}. ${advice}`;
    this.emit("failed", { sentence, retryMs: null });
  }

  #handleEnd(run: Run, how: string, isMissing: boolean): void {
    if (this.#state.kind !== "running" || this.#state.run !== run) return;
    clearTimeout(this.#state.patience);
    const sentence = `The tunnel's program ${this.#name} ${how}${this.#lastLines(run)}.`;
    if (isMissing) {
      this.#state = { kind: "closed" };
      return this.emit("failed", { sentence, retryMs: null });
    }
    if (run.url !== null && performance.now() - run.openedAt >= HELD_MS) this.#tries = 0;
    const retryMs = Math.min(MAX_RETRY_MS, (this.#options.retryMs ?? 2_000) * 2 ** this.#tries);
    this.#tries += 1;
    this.#state = { kind: "waiting", timer: setTimeout(() => void this.open(), retryMs) };
    this.emit("failed", { sentence, retryMs });
  }

  /** What it printed last, as a part of a sentence. */
  #lastLines({ lines }: Run): string {
    if (lines.length === 0) return "";
    const hidden = secretsIn(this.#words.slice(1), this.#options.target);
    const told = lines.map((line) => hidden.reduce((text, word) => text.replaceAll(word, "…"), line));
    return `; it said: ${told.map((line) => line.slice(0, MAX_TOLD_LINE).replace(/[.:\s]+$/, "")).join(" / ")}`;
  }
}

/** The words that may be secret, and what stands behind the `=` of `--token=…`; the longest first, so that no end of one is left. */
function secretsIn(args: readonly string[], target: string): readonly string[] {
  return args
    .flatMap((word) => [word, word.slice(word.indexOf("=") + 1)])
    .filter((word) => word.length >= MIN_SECRET && word !== target)
    .toSorted((one, other) => other.length - one.length);
}

function isOther({ url, openedAt }: Run, other: string): boolean {
  if (url === null || url === other || performance.now() - openedAt < OTHER_ADDRESS_AFTER_MS) return false;
  const parent = (address: string) => new URL(address).hostname.replace(/^[^.]*/, "");
  return parent(url) === parent(other);
}

/**
 * Owns what a scene prints, in the render thread: it stands for `console` there, and gives on what is printed as text, bounded
 * in size and rate.
 *
 * CO1 A line is at most `MAX_CONSOLE_TEXT` characters; what is longer ends with how long it was.
 * CO2 What is more than `LINES_PER_SECOND` in the long run is counted and left out, and the count is told.
 * CO3 Nothing that is printed, however it behaves, makes a call of the console throw.
 */

import { Console } from "node:console";
import { stripVTControlCharacters } from "node:util";
import { type ConsoleLevel, MAX_CONSOLE_TEXT } from "../../../shared/console.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import { SceneScope } from "./scene-scope.ts";

const LINES_PER_SECOND = 30;
const LINES_AT_ONCE = 200;
const MISSED_MS = 1000;
/** All but tabs and line breaks. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;

const levels = {
  log: "info",
  info: "info",
  dir: "info",
  dirxml: "info",
  table: "info",
  count: "info",
  group: "info",
  groupCollapsed: "info",
  time: "info",
  timeLog: "info",
  timeEnd: "info",
  trace: "info",
  debug: "debug",
  warn: "warn",
  error: "error",
  assert: "error",
} as const satisfies Partial<Record<keyof Console, ConsoleLevel>>;

export type SceneConsoleOptions = {
  readonly post: (level: ConsoleLevel, text: string) => void;
  readonly clock?: () => Milliseconds;
};

export class SceneConsole {
  readonly #options: SceneConsoleOptions;
  readonly #bucket: TokenBucket;
  #missed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SceneConsoleOptions) {
    const { clock = now } = options;
    this.#options = options;
    this.#bucket = new TokenBucket({ clock, perSecond: LINES_PER_SECOND, burst: LINES_AT_ONCE });
  }

  /** Takes the place of a console's methods. */
  install(target: Console = globalThis.console): void {
    let level: ConsoleLevel = "info";
    const stream = { write: (text: string) => this.write(level, text) } as unknown as NodeJS.WritableStream;
    const writer = new Console({ stdout: stream, stderr: stream, ignoreErrors: false, colorMode: false });
    for (const [name, own] of Object.entries(levels) as [keyof typeof levels, ConsoleLevel][]) {
      const write = writer[name].bind(writer) as (...values: unknown[]) => void;
      Object.assign(target, {
        [name]: (...values: unknown[]) => {
          level = own;
          try {
            write(...values);
          } catch {
            this.write(own, "Something was printed that cannot be shown.");
          }
        },
      });
    }
    for (const name of ["groupEnd", "countReset"] as const)
      Object.assign(target, { [name]: writer[name].bind(writer) });
  }

  /** CO1, CO2 */
  write(level: ConsoleLevel, text: string): void {
    if (!this.#bucket.take()) {
      this.#missed += 1;
      this.#timer ??= SceneScope.outside(() => setTimeout(() => this.#tellMissed(), MISSED_MS).unref());
      return;
    }
    this.#options.post(level, bounded(text));
  }

  #tellMissed(): void {
    this.#timer = undefined;
    const lines = this.#missed === 1 ? "1 line was" : `${this.#missed} lines were`;
    this.#missed = 0;
    this.#options.post("warn", `${lines} left out, since there were too many at once.`);
  }
}

/** CO1, without the generation in the addresses of modules, and without what would steer a terminal. */
function bounded(printed: string): string {
  const isLong = printed.length > MAX_CONSOLE_TEXT;
  const end = isLong ? `… (${printed.length} characters)` : "";
  const text = stripVTControlCharacters(printed.slice(0, 2 * MAX_CONSOLE_TEXT)).replaceAll(CONTROL, "");
  const tidy = text
    .slice(0, MAX_CONSOLE_TEXT)
    .replaceAll(/[?&]scenecast-generation=\d+/g, "")
    .trimEnd();
  return `${tidy.slice(0, MAX_CONSOLE_TEXT - end.length)}${end}`;
}

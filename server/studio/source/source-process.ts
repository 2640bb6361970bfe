/**
 * The process of one source of a studio: reads it, and puts its pictures into memory that it shares with the studio. Started by URL only;
 * it ends with the studio's process.
 */

import { toPlainError } from "../../../shared/errors.ts";
import { now } from "../../../shared/time.ts";
import { PictureExit } from "./picture-exit.ts";
import { shownReason } from "./shown-reason.ts";
import type { FromSourceProcess, ToSourceProcess } from "./source-protocol.ts";
import { StillPlayer } from "./still-player.ts";
import { StreamPlayer } from "./stream-player.ts";

const ALIVE_MS = 1000;

type Running = { readonly exit: PictureExit; readonly player: StreamPlayer | StillPlayer };

let running: Running | null = null;
let aliveAt = Number.NEGATIVE_INFINITY;

const send = (message: FromSourceProcess, sent?: () => void): void => {
  if (process.connected) process.send?.(message, undefined, undefined, sent);
};

function alive(): void {
  if (now() - aliveAt < ALIVE_MS) return;
  aliveAt = now();
  send({ kind: "alive" });
}

/** At once and whatever FFmpeg does: its threads may hang in a read. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function fail(reason: string): void {
  setTimeout(end, ALIVE_MS);
  send({ kind: "failed", reason }, end);
}

process.on("message", (message: ToSourceProcess) => {
  switch (message.kind) {
    case "start":
      return start(message);
    case "show":
      running?.exit.show(message.memory, message.showing);
      void running?.player.refresh();
      return;
    case "watched":
      if (running?.player instanceof StreamPlayer) running.player.setWatched(message.watched);
  }
});
process.on("disconnect", end);
// The studio decides when to end; Ctrl-C reaches every process of the terminal.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("uncaughtException", (error) => fail(shownReason(error)));
process.on("unhandledRejection", (error) => fail(shownReason(toPlainError(error))));

function start({
  source,
  memory,
  showing,
  maxFps,
  watched,
}: Extract<ToSourceProcess, { readonly kind: "start" }>): void {
  const exit = new PictureExit(memory, showing);
  if (source.kind === "image" || source.kind === "page") {
    const player = new StillPlayer(source, exit);
    running = { exit, player };
    player.play(alive).catch((error: unknown) => fail(shownReason(error)));
    return;
  }
  const player = new StreamPlayer({ source, exit, maxFps, alive }, watched);
  running = { exit, player };
  player.play().then(
    () => fail("The stream has ended."),
    (error: unknown) => fail(shownReason(error)),
  );
}

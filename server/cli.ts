#!/usr/bin/env node
/** The entry of the command line. Loads as little as it can before it knows what is asked for. */

import { StreamError } from "../shared/errors.ts";
import { parseCommandLine } from "./command/command-line.ts";
import { exitCodeFor } from "./command/exit-codes.ts";
import { asTyped, typedNote } from "./command/typed-command.ts";
import { wrappedHelp } from "./command/wrapped-help.ts";
import { keepCompiledModules } from "./platform/compile-cache.ts";
import { packageVersion } from "./platform/package-file.ts";

const EXIT_DEADLINE_MS = 200;

// A reader that went away, as in `scenecast | head`, is no reason to fall.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

process.exitCode = await run();
// What is written may still be on its way; nothing else is worth waiting for.
setTimeout(() => process.exit(), EXIT_DEADLINE_MS).unref();

async function run(): Promise<number> {
  try {
    const command = parseCommandLine(process.argv.slice(2));
    switch (command.kind) {
      case "help":
        process.stdout.write(wrappedHelp(`${command.text}${typedNote()}`, process.stdout.columns ?? null));
        return 0;
      case "version":
        process.stdout.write(`${packageVersion()}\n`);
        return 0;
      case "serve": {
        keepCompiledModules();
        const { serve } = await import("./command/serve-command.ts");
        return await serve(command);
      }
      case "new": {
        const { writeNewScene } = await import("./command/new-command.ts");
        return writeNewScene(command.folder);
      }
      case "link": {
        const { link } = await import("./command/link-command.ts");
        return await link(command);
      }
      case "render": {
        keepCompiledModules();
        const { render } = await import("./command/render-command.ts");
        return await render(command);
      }
      case "replay": {
        keepCompiledModules();
        const { replay } = await import("./command/replay-command.ts");
        return await replay(command);
      }
      case "record": {
        keepCompiledModules();
        const { record } = await import("./command/record-command.ts");
        return await record(command);
      }
      case "film": {
        keepCompiledModules();
        const { film } = await import("./command/film-command.ts");
        return await film(command);
      }
      case "jobs": {
        keepCompiledModules();
        const { jobs } = await import("./command/jobs-command.ts");
        return await jobs(command);
      }
      case "convert360": {
        const { convert360 } = await import("./command/convert360-command.ts");
        return await convert360(command);
      }
      case "worker":
      case "serve-queue": {
        keepCompiledModules();
        const { workForQueue } = await import("./command/queue-command.ts");
        return await workForQueue(command);
      }
      case "doctor": {
        const { examine } = await import("./command/doctor-command.ts");
        return await examine(command);
      }
    }
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof StreamError)) throw error;
    process.stderr.write(`scenecast: ${asTyped(error.message)}\n`);
    return exitCodeFor(error);
  }
}

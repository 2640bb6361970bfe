/** Owns the words of `scenecast jobs serve` and `scenecast worker`: work across machines. Pure. */

import { parseArgs } from "node:util";
import { queueAddress } from "../jobs/open-queue.ts";
import { amountOf, portOf } from "./flag-values.ts";
import { readWorkWish, type WorkWish } from "./jobs-flags.ts";

export const queueHelp = `Do work on several machines, which share a server of Redis and reach one of them by HTTP.

  scenecast jobs serve --queue redis://host:6379     keep the jobs here, offer their tasks, take what they make
  scenecast worker --queue redis://host:6379         do tasks here, until it is stopped
  scenecast jobs add --queue redis://host:6379 …     and list, view, cancel and so on, on any machine

Of jobs serve
  --folder <folder>         where jobs and their files are kept; ~/.local/state/scenecast/jobs. Jobs that are added there
                            without --queue are offered as well, and their inputs are not copied
  --host <address>          where it listens, 127.0.0.1; for other machines one that they reach, as 10.0.0.5
  --port <number>           0, any
  --address <http://…>      how others reach it, where that is not its host and port
  --max-upload <amount>     64G; the bytes that a task may make, and a job bring as inputs

Of worker
  --workers <kind:number>   processes, as many as there are cores; or 4, threads, threads:10
  --policy <name>           focused, all workers on the oldest job; fair, all jobs in turns; fifo, a worker a job
  --folder <folder>         where files lie while they are worked on; the system's folder for that

Of both
  --queue <address>         redis://[user:password@]host:port[/number], or rediss:// with TLS. A password that is not in it
                            is read from SCENECAST_QUEUE_PASSWORD

A worker does whatever those ask who can write to that Redis, with all your rights. Give it a password, and let only
machines reach it of whose users you would take commands. The HTTP is not encrypted; put a proxy with TLS before it, and
name that with --address, where others listen.

What a script or a scene names by a relative path in quotes goes with it. Packages do not: they are those of the folder
in which the worker was started.

Exit codes: 2 bad arguments, 3 the port is in use, 8 Redis cannot be used, another serves the queue, or what is kept
cannot be read or written, 130 stopped by Ctrl-C or a signal: what is not done goes to others.
`;

export type QueueCommand =
  | {
      readonly kind: "serve-queue";
      readonly queue: string;
      readonly folder: string | null;
      readonly host: string;
      readonly port: number;
      readonly address: string | null;
      readonly maxBytes: number;
    }
  | { readonly kind: "worker"; readonly queue: string; readonly folder: string | null; readonly work: WorkWish };

const shared = {
  queue: { type: "string" },
  folder: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;
const MAX_UPLOAD = 64e9;

/** Reads what follows `jobs serve`; null asks for help. Throws `TypeError` with a line for people. */
export function readServeQueueArguments(args: readonly string[]): QueueCommand | null {
  const own = { host: { type: "string" }, port: { type: "string" }, address: { type: "string" } } as const;
  const options = { ...shared, ...own, "max-upload": { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  if (values.help === true) return null;
  const { queue, folder = null, host = "127.0.0.1", port = "0", address = null, "max-upload": most } = values;
  if (address !== null && !(/^https?:\/\/./.test(address) && URL.canParse(address))) {
    throw new TypeError("--address must be written like http://host:port.");
  }
  if (address === null && /^(0\.0\.0\.0|::|\[::\]|)$/.test(host)) {
    throw new TypeError("--host must be an address that others reach, or --address say how they do.");
  }
  const maxBytes = most === undefined ? MAX_UPLOAD : amountOf(most, "--max-upload");
  return { kind: "serve-queue", queue: queueIn(queue), folder, host, port: portOf(port, 0), address, maxBytes };
}

/** Reads what follows `worker`; as above. */
export function readWorkerArguments(args: readonly string[]): QueueCommand | null {
  const options = { ...shared, workers: { type: "string" }, policy: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  if (values.help === true) return null;
  const { queue, folder = null } = values;
  return { kind: "worker", queue: queueIn(queue), folder, work: readWorkWish(values) };
}

function queueIn(text: string | undefined): string {
  if (text === undefined) throw new TypeError("Name the queue: --queue redis://host:6379.");
  return queueAddress(text);
}

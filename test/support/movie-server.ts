/** Owns a server of movies for tests and the benchmark: slow where wanted, with ranges, and with faults that are asked for. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type ServedMovie = {
  readonly bytes: Buffer;
  /** Default '"one"'. */
  readonly etag?: string;
  /** Default as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** Answers to the first requests that are no movie. */
  readonly faults?: readonly MovieFault[];
  /** Default true. */
  readonly takesRanges?: boolean;
};

export type MovieFault =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut after so many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number };

export type SeenRequest = { readonly path: string; readonly range: string | null; readonly status: number };

const CHUNK = 16 * 1024;

export class MovieServer implements AsyncDisposable {
  readonly #movies: Map<string, ServedMovie>;
  readonly #server: Server;
  readonly #asked = new Map<string, number>();
  readonly seen: SeenRequest[] = [];

  static async start(movies: Readonly<Record<string, ServedMovie>>): Promise<MovieServer> {
    const server = new MovieServer(movies);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  private constructor(movies: Readonly<Record<string, ServedMovie>>) {
    this.#movies = new Map(Object.entries(movies));
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set(path: string, movie: ServedMovie): void {
    this.#movies.set(path, movie);
    this.#asked.delete(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const [name = ""] = path.split("?");
    const movie = this.#movies.get(name);
    const asked = this.#asked.get(name) ?? 0;
    this.#asked.set(name, asked + 1);
    const fault = movie?.faults?.[asked];
    const range = request.headers.range ?? null;
    const note = (status: number): void => void this.seen.push({ path, range, status });
    if (movie === undefined || fault?.kind === "status") {
      const status = fault?.kind === "status" ? fault.status : 404;
      note(status);
      response.writeHead(status, fault?.kind === "status" ? { ...fault.headers } : {}).end();
      return;
    }
    const { bytes, etag = '"one"' } = movie;
    const from = (movie.takesRanges ?? true) && request.headers["if-range"] === etag ? rangeStart(range) : 0;
    note(from > 0 ? 206 : 200);
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "content-length": String(bytes.length - from),
      ...(from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    await send(response, bytes.subarray(from), movie.bytesPerSecond, fault?.after);
  }
}

async function send(
  response: ServerResponse,
  bytes: Buffer,
  bytesPerSecond: number | undefined,
  cutAfter: number | undefined,
): Promise<void> {
  const whole = cutAfter === undefined ? bytes : bytes.subarray(0, cutAfter);
  const begun = performance.now();
  for (let at = 0; at < whole.length && !response.destroyed; at += CHUNK) {
    const chunk = whole.subarray(at, at + CHUNK);
    await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
    const dueMs = bytesPerSecond === undefined ? 0 : ((at + chunk.length) * 1000) / bytesPerSecond;
    const waitMs = begun + dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
  }
  if (cutAfter === undefined) response.end();
  else response.destroy();
}

function rangeStart(range: string | null): number {
  return Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
}

/**
 * A stand-in for what ngrok's free plan puts before a server: TLS, and for browsers a page of its own, in place of whatever was
 * asked for, until its button was pressed or where a header says that none is wanted. A WebSocket and a preflight pass. Chromium
 * finds it by `freePlanFlag`.
 */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const domain = "scene.ngrok-free.app";

export const freePlanFlag = `--host-resolver-rules=MAP ${domain} 127.0.0.1`;

/** The button sets a cookie and loads the same address again, with its fragment. */
const interstitial = `<!doctype html><title>You are about to visit</title>
<button id="visit" onclick="document.cookie = 'abuse_interstitial=${domain}; path=/'; location.reload()">Visit Site</button>`;

export class FreePlan {
  readonly url: string;
  /** What browsers got in place of what they asked for, by method and path. */
  readonly warned: string[] = [];
  /** What was passed on, by method and path, that only the header let through. */
  readonly byHeader: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** Stands before `target`, an `http:` address. */
  static async start(target: string): Promise<FreePlan> {
    const server = createServer(certificate());
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new FreePlan(server, new URL(target));
  }

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.url = `https://${domain}:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket: Socket) => this.#keep(socket));
    server.on("request", (request, response) => this.#handle(request, response, target));
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const onward = connect(Number(target.port), target.hostname);
      this.#keep(onward);
      onward.write(`GET ${request.url} HTTP/1.1\r\n${rawHeaders(request)}\r\n`);
      onward.write(head);
      socket.on("error", () => onward.destroy());
      onward.on("close", () => socket.destroy());
      socket.on("close", () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #handle(request: IncomingMessage, response: ServerResponse, target: URL): void {
    const { headers, method, url = "" } = request;
    const isBrowser = headers["user-agent"]?.startsWith("Mozilla") === true;
    const hasVisited = headers.cookie?.includes("abuse_interstitial=") === true;
    const hasHeader = headers["ngrok-skip-browser-warning"] !== undefined;
    const told = `${method} ${url.replace(/\?.*/, "")}`;
    if (isBrowser && !hasVisited && !hasHeader && method !== "OPTIONS") {
      this.warned.push(told);
      response.writeHead(200, { "Content-Type": "text/html" }).end(interstitial);
      return;
    }
    if (!hasVisited && hasHeader) this.byHeader.push(told);
    const forwarded = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
    const { hostname, port } = target;
    const onward = ask({ hostname, port, method, path: url, headers: { ...headers, ...forwarded } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      response.on("close", () => answer.destroy());
    });
    onward.on("socket", (socket) => this.#keep(socket));
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

function rawHeaders({ rawHeaders: raw }: IncomingMessage): string {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${raw[at + 1]}\r\n`] : []));
  return `${pairs.join("")}X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n`;
}

function certificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-subj", `/CN=${domain}`, "-addext", `subjectAltName=DNS:${domain}`];
  execFileSync("openssl", ["req", "-x509", "-nodes", ...curve, ...names, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}

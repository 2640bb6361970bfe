/** Starts servers whose scene is the fake process, for tests of everything around it. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type LogLevel, resolveOptions, type StreamServerOptions } from "../../server/options/options.ts";
import { forkedProcesses } from "../../server/session/forked-processes.ts";
import type { GlBackend } from "../../server/session/gl-backend.ts";
import type { ProcessPort } from "../../server/session/process-port.ts";
import { StreamServer } from "../../server/stream-server.ts";
import type { StreamServerParts } from "../../server/stream-server-parts.ts";

/** Two ways to OpenGL that exist everywhere. */
export const fakeBackends: readonly GlBackend[] = (["vulkan", "opengl"] as const).map((backend) => ({
  name: backend,
  open: async () => ({ backend, env: {}, close: () => undefined }),
}));

/** Forks the fake process in the place of a scene's. */
export const fakeProcesses: ProcessPort = forkedProcesses({
  url: new URL("../fixtures/fake-session-process.ts", import.meta.url),
  backends: fakeBackends,
});

/** The URL of a scene file that exists, with `query` telling the fake process how to behave. */
export function fakeScene(query = ""): URL {
  const file = join(mkdtempSync(join(tmpdir(), "scenecast-")), "fake.ts");
  writeFileSync(file, "export default {};\n");
  return new URL(`${pathToFileURL(file).href}?${query}`);
}

export type FakeServerOptions = {
  readonly query?: string;
  readonly host?: string;
  readonly port?: number;
  readonly logLevel?: LogLevel;
  readonly signal?: AbortSignal;
  readonly http?: StreamServerParts["http"];
  readonly whepDeadlineMs?: number;
  /** More options, `http` besides host and port. */
  readonly more?: Omit<StreamServerOptions, "scene" | "logLevel" | "signal">;
  readonly share?: StreamServerParts["share"];
};

/** A server on a free port of loopback. The caller closes it. */
export function startFakeServer(options: FakeServerOptions = {}): Promise<StreamServer> {
  const {
    query,
    host = "127.0.0.1",
    port = 0,
    logLevel = "silent",
    signal,
    http,
    whepDeadlineMs = 10_000,
    more,
    share,
  } = options;
  return StreamServer.start(
    resolveOptions({
      ...(more?.scenes === undefined ? { scene: fakeScene(query) } : {}),
      logLevel,
      ...(signal === undefined ? {} : { signal }),
      ...more,
      http: more?.server === undefined ? { host, port, ...more?.http } : { ...more.http },
    }),
    {
      session: { processes: fakeProcesses, whepDeadlineMs },
      ...(http === undefined ? {} : { http }),
      ...(share === undefined ? {} : { share }),
    },
  );
}

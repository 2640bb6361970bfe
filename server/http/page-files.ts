/** Owns the files of the viewer's page and the headers that keep a page of ours from doing what it should not. */

import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Request, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import { preferPacked, unpackedName } from "./packed-files.ts";

const START_PAGE = "start.html";
const WATCH_PAGE = "watch.html";
const JOBS_PAGE = "jobs.html";

/** Where the built page lies, seen from the source as well as from the built package. */
function builtPage(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/page/" : "../../page/", import.meta.url));
}

export type PageFilesOptions = {
  /** Whether it is the page from which a scene is chosen. */
  readonly isStart: (request: Request) => boolean;
  /** Whether there is a page of jobs. */
  readonly hasJobs: boolean;
  /** The folder of the page; undefined for the built page of this package. */
  readonly given: string | undefined;
};

/** Serves the page at the root, and that of jobs at `/jobs`, packed for browsers that unpack. */
export function pageFiles({ isStart, hasJobs, given = builtPage() }: PageFilesOptions): Router {
  // Without a slash at its end.
  const directory = resolve(given);
  const router = express.Router();
  // None of our files lies there, and looking for one takes longer than all else that thousands of players cost.
  router.use((request, _response, next) => next(request.path.startsWith("/hls/") ? "router" : undefined));
  router.get("/", (request, _response, next) => {
    if (isStart(request)) request.url = request.url.replace("/", `/${START_PAGE}`);
    next();
  });
  router.get("/watch", (request, response, next) => {
    // Its links are relative to the folder that it stands in.
    if (request.path !== "/watch") return response.redirect(308, "../watch");
    // Each scene has such a page; which one is wanted is chosen on the start page.
    if (isStart(request)) return response.redirect(303, "./");
    request.url = request.url.replace("/watch", `/${WATCH_PAGE}`);
    next();
  });
  if (hasJobs) {
    router.get("/jobs", (request, _response, next) => {
      // With a slash behind it, its files would be looked for below it.
      if (request.path === "/jobs") request.url = request.url.replace("/jobs", `/${JOBS_PAGE}`);
      next();
    });
  }
  const assets = `${join(directory, "assets")}${sep}`;
  const scripts = [join(directory, "scenecast.js"), join(directory, "frame.js")];
  router.use(preferPacked(directory, "index.html"));
  router.use(
    express.static(directory, {
      // A redirect would name an absolute path and so leave a proxy's prefix.
      redirect: false,
      etag: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        // The build puts a hash of the content into the names in assets.
        const isHashed = path.startsWith(assets);
        response.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
        // Pages of any site may take the element and its worker, and what drives our page in a frame; what they may see with it is
        // decided elsewhere.
        if (!isHashed && !scripts.includes(unpackedName(path))) return;
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
      },
    }),
  );
  router.use((request, response, next) => {
    if (request.path !== "/" && ![START_PAGE, WATCH_PAGE, JOBS_PAGE].includes(request.path.slice(1))) return next();
    if (existsSync(join(directory, "index.html"))) return next();
    response.status(503).type("text/plain").send("The page has not been built yet. Run: npm run build\n");
  });
  return router;
}

/**
 * Nothing but our own files and connections, and in a frame only of our own pages and of `frameAncestors`. Without TLS of our own, nothing about TLS is
 * promised.
 */
export function securityHeaders(frameAncestors: readonly string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "blob:", "data:"],
        mediaSrc: ["'self'", "blob:", "data:"],
        // Some browsers do not count WebSockets among 'self'.
        connectSrc: ["'self'", "ws:", "wss:"],
        workerSrc: ["'self'", "blob:"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'none'"],
        frameAncestors: ["'self'", ...frameAncestors],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: false,
    // Says the same as frame-ancestors, but cannot name others.
    xFrameOptions: frameAncestors.length === 0 ? { action: "sameorigin" } : false,
    // Browsers honour these over TLS only, and complain otherwise.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

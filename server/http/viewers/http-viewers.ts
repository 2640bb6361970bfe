/**
 * Owns being a viewer by plain HTTP: `POST /viewer` makes one, `GET /viewer/<id>?after=<n>` waits for what the server has
 * to say, `POST /viewer/<id>/input` takes its input, `POST /viewer/<id>/messages` a JSON list of its messages
 * (shared/signaling.ts), `DELETE /viewer/<id>` ends it. Pictures come by Motion JPEG.
 */

import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { Emitter } from "../../../shared/emitter.ts";
import { MAX_INPUT_POST_BYTES, parseInputPost } from "../../../shared/input-post.ts";
import {
  MAX_SIGNALING_BYTES,
  PROTOCOL_VERSION,
  parseClientMessage,
  protocolRefusal,
  type ViewerMessage,
} from "../../../shared/signaling.ts";
import type { Admission } from "../../access/identity.ts";
import type { NewViewer } from "../../access/viewer-connection.ts";
import type { ResponseLimit } from "../lasting-responses.ts";
import { refuse, refuseMethod } from "../refusals.ts";
import { HttpViewer, type HttpViewerOptions } from "./http-viewer.ts";

export type HttpViewersEvents = {
  /** A viewer came. What it is sent now is in the answer to its request. */
  readonly greeted: NewViewer;
};

const MAX_VIEWERS = 32;
const MAX_MESSAGES = 32;

export class HttpViewers extends Emitter<HttpViewersEvents> {
  readonly #viewers = new Map<string, HttpViewer>();
  readonly #places: Pick<ResponseLimit, "isKept">;
  readonly #options: HttpViewerOptions | undefined;

  constructor(places: Pick<ResponseLimit, "isKept">, options?: HttpViewerOptions) {
    super();
    this.#places = places;
    this.#options = options;
  }

  /** The routes under `/viewer`. */
  routes(admissionOf: (request: Request) => Admission): Router {
    const router = express.Router();
    const body = express.raw({ type: "application/octet-stream", limit: MAX_INPUT_POST_BYTES, inflate: false });
    router.use((_request, response, next) => {
      response.set("Cache-Control", "no-store");
      next();
    });
    router
      .route("/")
      .post((request, response) => this.#greet(admissionOf(request), request, response))
      .all((_request, response) => refuseMethod(response, "POST"));
    router
      .route("/:id")
      .get((request, response) => this.#poll(request, response))
      .delete((request, response) => this.#end(request, response))
      .all((_request, response) => refuseMethod(response, "DELETE, GET"));
    router
      .route("/:id/input")
      .post(requireType("application/octet-stream"), body, (request, response) => this.#handleInput(request, response))
      .all((_request, response) => refuseMethod(response, "POST"));
    const json = express.json({ limit: MAX_SIGNALING_BYTES, inflate: false, type: "application/json" });
    router
      .route("/:id/messages")
      .post(requireType("application/json"), json, (request, response) => this.#handleMessages(request, response))
      .all((_request, response) => refuseMethod(response, "POST"));
    return router;
  }

  /** Ends every viewer. */
  close(): void {
    for (const viewer of this.#viewers.values()) viewer.close();
  }

  async #greet(admission: Admission, request: Request, response: Response): Promise<void> {
    const refusal = protocolRefusal(Number(request.query["protocol"] ?? PROTOCOL_VERSION));
    if (refusal !== null) return refuse(response, 400, refusal);
    if (this.#viewers.size >= MAX_VIEWERS && !this.#places.isKept(admission))
      return refuse(response, 503, "Too many viewers are connected by plain HTTP. Try again later.");
    const viewer = new HttpViewer(this.#options);
    this.#viewers.set(viewer.id, viewer);
    viewer.on("closed", () => this.#viewers.delete(viewer.id));
    this.emit("greeted", { viewerId: viewer.id, way: "http", connection: viewer, admission, name: null });
    const answer = await viewer.poll(0, AbortSignal.abort());
    // Relative, so that it holds under any path prefix (RFC 9110 section 10.2.2).
    const isFolder = URL.parse(request.originalUrl, "http://host")?.pathname.endsWith("/");
    response.status(201).set("Location", isFolder ? viewer.id : `viewer/${viewer.id}`);
    response.json({ viewerId: viewer.id, ...answer });
  }

  async #poll(request: Request<{ id: string }>, response: Response): Promise<void> {
    const viewer = this.#viewerOf(request, response);
    if (viewer === null) return;
    const after = afterOf(request.query["after"]);
    if (after === null) return refuse(response, 400, "after must be a whole number from 0.");
    const abandoned = new AbortController();
    response.once("close", () => abandoned.abort());
    response.json(await viewer.poll(after, abandoned.signal));
  }

  #handleInput(request: Request<{ id: string }>, response: Response): void {
    const viewer = this.#viewerOf(request, response);
    if (viewer === null) return;
    let messages: Uint8Array[];
    try {
      messages = parseInputPost(request.body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return refuse(response, 400, error.message);
    }
    if (!viewer.allowsMessages(messages.length)) return refuse(response, 429, "Too much input at once.");
    viewer.handleInput(messages);
    response.status(204).end();
  }

  #handleMessages(request: Request<{ id: string }>, response: Response): void {
    const viewer = this.#viewerOf(request, response);
    if (viewer === null) return;
    let messages: ViewerMessage[];
    try {
      messages = parseMessages(request.body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return refuse(response, 400, error.message);
    }
    if (!viewer.allowsMessages(messages.length)) return refuse(response, 429, "Too many messages at once.");
    viewer.handleMessages(messages);
    response.status(204).end();
  }

  #end(request: Request<{ id: string }>, response: Response): void {
    const viewer = this.#viewers.get(request.params.id);
    if (viewer === undefined) return refuse(response, 404, "There is no such viewer.");
    viewer.close();
    response.status(204).end();
  }

  #viewerOf(request: Request<{ id: string }>, response: Response): HttpViewer | null {
    const viewer = this.#viewers.get(request.params.id);
    if (viewer === undefined) refuse(response, 404, "There is no such viewer.");
    else if (!viewer.allowsRequest()) refuse(response, 429, "Too many requests at once.");
    else return viewer;
    return null;
  }
}

function requireType(wanted: string): RequestHandler<{ id: string }> {
  return (request, response, next) => {
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type === wanted) next();
    else refuse(response, 415, `The content type must be ${wanted}.`);
  };
}

/** Throws `TypeError` naming the field and the rule. */
function parseMessages(value: unknown): ViewerMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_MESSAGES) {
    throw new TypeError(`body must be a list of 1 to ${MAX_MESSAGES} messages.`);
  }
  return value.map((item) => {
    const message = parseClientMessage(textOf(item));
    if (message.kind === "hello") throw new TypeError("message.kind must not be hello: the viewer was greeted.");
    return message;
  });
}

/** The JSON of a message. What lies deeper than that can be written is read all the same, so it is refused here. */
function textOf(item: unknown): string {
  try {
    return JSON.stringify(item);
  } catch {
    throw new TypeError("message must not be nested so deeply.");
  }
}

/** What the viewer knows; null where it makes no sense. */
function afterOf(value: unknown): number | null {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

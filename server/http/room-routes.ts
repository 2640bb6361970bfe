/**
 * Owns the routes of a room, for who may be in it: its pictures and their ways, its controls, its data, what is recorded of it and sent
 * on. Each is limited by link and address (request-limits.ts). In the main process.
 */

import type { Express, Request, RequestHandler } from "express";
import type { Admission } from "../access/identity.ts";
import type { DataSite } from "./data/data-site.ts";
import type { HttpSiteOptions } from "./http-site-options.ts";
import type { LastingResponses } from "./lasting-responses.ts";
import { refuse } from "./refusals.ts";
import type { RequestLimits } from "./request-limits.ts";
import { controlRoutes } from "./routes/control-routes.ts";
import { exactRoutes } from "./routes/exact-routes.ts";
import { hlsRoutes } from "./routes/hls-routes.ts";
import { outputRoutes } from "./routes/output-routes.ts";
import { besidesForm } from "./routes/picture-query.ts";
import { pictureRoutes } from "./routes/picture-routes.ts";
import { recordingRoutes } from "./routes/recording-routes.ts";
import { previewRoute } from "./routes/scene-routes.ts";
import { whepRoutes } from "./routes/whep-routes.ts";
import type { HttpViewers } from "./viewers/http-viewers.ts";

export type RoomRoutesParts = {
  readonly options: HttpSiteOptions;
  readonly limits: RequestLimits;
  readonly lasting: LastingResponses;
  readonly httpViewers: HttpViewers;
  readonly data: DataSite;
  /** Who asks, of which room; everybody here was let in. */
  admissionOf(request: Request): Admission;
  /** What pictures may take of the way to who asks, in bits a second; null where nothing is held. */
  maxBpsOf(request: Request): number | null;
  /** Lets through who may be shown a picture where they ask from. */
  readonly mayShow: RequestHandler;
};

const snapshots = ["/snapshot.png", "/snapshot.jpg", "/snapshot.webp"];

export function addRoomRoutes(app: Express, parts: RoomRoutesParts): void {
  const { options, limits, httpViewers, data, admissionOf } = parts;
  app.use("/whep", limits.guard("whep", "POST", admissionOf));
  // Not all that is below it: a viewer that is there posts its input.
  app.post("/viewer", limits.guard("join", "POST", admissionOf));
  app.use("/whep", whepRoutes(options.whep, admissionOf));
  app.use("/viewer", httpViewers.routes(admissionOf));
  addPictures(app, parts);
  app.use(
    "/controls",
    controlRoutes({
      admissionOf,
      controlsOf: (admission) => options.controlsOf(admission),
      allows: (admission, count) => limits.take("controls", admission, count),
    }),
  );
  app.use("/data", data.routes(admissionOf));
  app.use(["/recordings", "/replay", "/outputs"], limits.guard("recordings", "POST", admissionOf));
  app.use(recordingRoutes({ admissionOf, recordingsOf: (admission) => options.recordingsOf(admission) }));
  app.use("/outputs", outputRoutes({ admissionOf, outputsOf: (admission) => options.outputsOf(admission) }));
  app.all(["/signal", "/frames"], (_request, response) => {
    refuse(response.set("Upgrade", "websocket"), 426, "This address is for WebSockets.");
  });
}

function addPictures(
  app: Express,
  { options, limits, lasting, admissionOf, maxBpsOf, mayShow }: RoomRoutesParts,
): void {
  const { metrics, multipart } = options;
  app.use(snapshots, limits.guard("snapshot", "GET", admissionOf));
  app.use("/preview.webp", limits.guard("preview", "GET", admissionOf));
  app.use([...snapshots, "/preview.webp", "/stream.mjpg", "/hls"], mayShow);
  app.use(["/stream.mjpg", "/exact"], (request, response, next) => {
    const refusal = lasting.add(response, admissionOf(request));
    if (refusal === null) next();
    else refuse(response, 503, refusal);
  });
  const picturesOf = (request: Request) => {
    const admission = admissionOf(request);
    return options.picturesOf({ ...admission, parameters: besidesForm(admission.parameters ?? {}) });
  };
  app.use(pictureRoutes({ picturesOf, maxBpsOf, metrics, multipart }));
  app.use(hlsRoutes({ hlsOf: (request) => options.hlsOf(admissionOf(request)) }));
  app.use(exactRoutes({ exactOf: (request) => options.exactOf(admissionOf(request)), maxBpsOf, metrics }));
  app.get(
    "/preview.webp",
    previewRoute((...asked) => options.previewOf(...asked), admissionOf),
  );
}

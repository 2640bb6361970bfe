/**
 * Owns what the start page of several scenes is made of: `GET /scenes` lists them, `GET /<scene>/preview.webp` is a small picture of
 * one. Neither starts a scene nor keeps it running. A server of one scene has the picture, too.
 */

import type { Request, RequestHandler, Response } from "express";
import { StreamError } from "../../../shared/errors.ts";
import type { SceneCard } from "../../../shared/scene-cards.ts";
import type { Admission, Identity } from "../../access/identity.ts";
import { refuse } from "../refusals.ts";
import { tagsOf } from "./picture-routes.ts";

/** A picture of a scene; `bytes` is null where the asker has it. */
export type Preview = { readonly tag: string; readonly type: string; readonly bytes: Uint8Array | null };

/** The scenes of a server. */
export type SceneList = {
  readonly names: ReadonlySet<string>;
  /** As whoever asks may know them. */
  cards(identity: Identity): readonly SceneCard[];
};

export function scenesRoute(scenes: SceneList, admissionOf: (request: Request) => Admission): RequestHandler {
  return (request: Request, response: Response): void => {
    response.set("Cache-Control", "no-store").json({ scenes: scenes.cards(admissionOf(request).identity) });
  };
}

/** `previewOf` gives null where there is none; `known` are the tags of pictures that the asker has. */
export function previewRoute(
  previewOf: (admission: Admission, known: readonly string[]) => Promise<Preview | null>,
  admissionOf: (request: Request) => Admission,
): RequestHandler {
  return async (request: Request, response: Response): Promise<void> => {
    const known = tagsOf(request.headers["if-none-match"]);
    try {
      const preview = await previewOf(admissionOf(request), known);
      if (preview === null) return refuse(response, 404, "There is no picture of this scene yet.");
      response.set({ ETag: `"${preview.tag}"`, "Cache-Control": "private, no-cache" });
      if (preview.bytes === null || known.includes(preview.tag)) response.status(304).end();
      else response.type(preview.type).send(Buffer.from(preview.bytes));
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      refuse(response, 503, error.message);
    }
  };
}

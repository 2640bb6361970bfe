/** Owns what both ends call a scene among several, as the start page shows it. */

import { boolean, fields, integer, list, object, oneOfOr, text } from "./schema.ts";
import { type SceneStatus, sceneStatuses } from "./signaling-fields.ts";

/** How a scene does; `waiting`: it is started when somebody opens it. */
export type SceneCardStatus = SceneStatus | "waiting";
const cardStatuses: readonly SceneCardStatus[] = [...sceneStatuses, "waiting"];

/** A scene among several. */
export type SceneCard = {
  /** Its path, without slashes. */
  readonly name: string;
  readonly title: string;
  readonly status: SceneCardStatus;
  /** Whether it threw, or does not answer, and goes on with what it has. */
  readonly isTroubled: boolean;
  /** Those who watch it; of private rooms only hosts hear. */
  readonly viewers: number;
  /** Whether there is a picture of it at `<name>/preview.webp`. */
  readonly hasPreview: boolean;
};

const readCards = list(
  100,
  object<SceneCard>({
    name: text(64, /^[\w-]+$/, "must be letters, digits, - and _"),
    title: text(256),
    status: oneOfOr(cardStatuses, "waiting"),
    isTroubled: boolean,
    viewers: integer(0, 1_000_000),
    hasPreview: boolean,
  }),
);

/** Reads the answer of `scenes`. Throws `TypeError` naming the field and its rule. */
export function parseSceneCards(value: unknown): readonly SceneCard[] {
  return readCards("answer.scenes", fields("answer", value)["scenes"]);
}

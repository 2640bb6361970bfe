/**
 * Owns reading tracklet_labels.xml, which Boost's serialisation wrote: for each object its kind, its size and where it is in each
 * frame, in the frame of the scanner. The only file that imports fast-xml-parser.
 */

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { FormatError, quoted } from "./format-error.ts";

/** Where a box stands in a frame: the middle of its bottom in metres, turned about the vertical by `rz` radians. */
export type TrackletPose = {
  readonly tx: number;
  readonly ty: number;
  readonly tz: number;
  readonly rz: number;
  /** 0 visible, 1 partly, 2 fully hidden by others; -1 where nobody said. */
  readonly occlusion: number;
};

export type Tracklet = {
  /** "Car", "Pedestrian" and so on. */
  readonly objectType: string;
  readonly h: number;
  readonly w: number;
  readonly l: number;
  readonly firstFrame: number;
  readonly poses: readonly TrackletPose[];
};

const MAX_TRACKLETS = 10_000;
const MAX_POSES = 100_000;

type Element = Readonly<Record<string, unknown>>;

/** Throws FormatError; `line` is that of the item. */
export function parseTracklets(text: string, file: string): Tracklet[] {
  const checked = XMLValidator.validate(text);
  if (checked !== true)
    throw new FormatError(file, checked.err.line, "well-formed XML", decapitalized(checked.err.msg));
  const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, processEntities: false });
  const root = (parser.parse(text) as { boost_serialization?: Element }).boost_serialization;
  const places = new Places(text, file);
  const tracklets = (root as { tracklets?: Element } | undefined)?.tracklets;
  if (tracklets === undefined || typeof tracklets !== "object")
    throw new FormatError(file, 1, "<boost_serialization> with <tracklets> in it", "something else");
  const items = itemsOf(tracklets, places, "tracklets", MAX_TRACKLETS);
  return items.map((item, at) => trackletOf(item, places, `tracklet ${at}`));
}

function trackletOf(item: Element, places: Places, where: string): Tracklet {
  places.enterItem();
  const objectType = item["objectType"];
  if (typeof objectType !== "string" || objectType === "") throw places.error(`${where} with an <objectType>`, "none");
  const [h, w, l] = (["h", "w", "l"] as const).map((name) => places.number(item, name, where));
  for (const side of [h, w, l]) {
    if (!(Number(side) > 0)) throw places.error(`${where} with <h>, <w> and <l> above 0`, String(side));
  }
  const firstFrame = places.number(item, "first_frame", where);
  if (!Number.isInteger(firstFrame) || firstFrame < 0)
    throw places.error(`${where} with a <first_frame> from 0`, String(firstFrame));
  const poses = item["poses"];
  if (poses === null || typeof poses !== "object") throw places.error(`${where} with <poses>`, "none");
  const items = itemsOf(poses as Element, places, `poses of ${where}`, MAX_POSES);
  return {
    objectType: objectType.slice(0, 40),
    ...{ h: h ?? 0, w: w ?? 0, l: l ?? 0, firstFrame },
    poses: items.map((pose, at) => poseOf(pose, places, `pose ${at} of ${where}`)),
  };
}

function poseOf(item: Element, places: Places, where: string): TrackletPose {
  places.enterItem();
  const [tx = 0, ty = 0, tz = 0, rz = 0] = ["tx", "ty", "tz", "rz"].map((name) => places.number(item, name, where));
  const occlusion = item["occlusion"] === undefined ? -1 : places.number(item, "occlusion", where);
  return { tx, ty, tz, rz, occlusion };
}

/** The items of one of Boost's lists, as many as its <count> says. */
function itemsOf(list: Element, places: Places, where: string, max: number): readonly Element[] {
  const found = list["item"] ?? [];
  const items = (Array.isArray(found) ? found : [found]) as readonly Element[];
  const count = places.number(list, "count", where);
  if (items.length > max) throw places.error(`at most ${max} items in the ${where}`, String(items.length));
  if (count !== items.length)
    throw places.error(`${count} items in the ${where}, as their <count> says`, String(items.length));
  return items;
}

/** Says where in the file something is: the parser tells no lines, but items are read in the order in which they stand. */
class Places {
  readonly #text: string;
  readonly #file: string;
  #entered = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** The next <item> of the file is read. */
  enterItem(): void {
    this.#entered += 1;
  }

  number(item: Element, name: string, where: string): number {
    const text = item[name];
    const word = typeof text === "string" ? text.trim() : "";
    const value = word === "" ? Number.NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw this.error(`a finite number in <${name}> of ${where}`, quoted(word));
  }

  /** With the line on which the item begins that is read. */
  error(expected: string, found: string): FormatError {
    const item = [...this.#text.matchAll(/<item[\s>]/g)][this.#entered - 1];
    return new FormatError(this.#file, this.#text.slice(0, item?.index ?? 0).split("\n").length, expected, found);
  }
}

function decapitalized(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}

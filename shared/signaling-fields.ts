/**
 * Owns what the fields of signalling messages are called and may hold: the vocabulary of the tables in signaling.ts.
 */

import { type ConsoleLine, consoleLevels, MAX_CONSOLE_TEXT } from "./console.ts";
import { type Cursor, cursors } from "./cursor.ts";
import {
  type MessageBody,
  type MessageSource,
  messageSources,
  parseMessageBody,
  requireJson,
} from "./custom-message.ts";
import { type StreamErrorCode, streamErrorSentences } from "./errors.ts";
import { type PanelChange, type PanelNews, readPanelChange, readPanelNews } from "./panels.ts";
import {
  type ControlMode,
  type ControlRequest,
  controlModes,
  MAX_PEOPLE_TOLD,
  type Person,
  type Role,
  readControlRequest,
  roles,
} from "./people.ts";
import {
  boolean,
  fields,
  integer,
  list,
  number,
  object,
  oneOf,
  oneOfOr,
  optional,
  orNull,
  type Reader,
  text,
  type Vocabulary,
} from "./schema.ts";
import {
  MAX_VIEW_BITRATE_BPS,
  MAX_VIEW_RATIO,
  MIN_VIEW_BITRATE_BPS,
  MIN_VIEW_RATIO,
  preferences,
  type StreamQuality,
  type ViewWindow,
  type ViewWish,
} from "./stream-quality.ts";
import { type PageSpan, readPageSpans } from "./trace.ts";
import { type PictureSize, type StreamCodec, streamCodecs, type VideoCodec, videoCodecs } from "./video.ts";

/** The longest signalling message in bytes, both ways. A longer one closes the socket (RFC 6455 code 1009). */
export const MAX_SIGNALING_BYTES: number = 64 * 1024;

/** The longest JSON text of a scene's state in UTF-16 units. */
export const MAX_STATE_LENGTH: number = 16 * 1024;

/** Names are cleaned and cut later (`cleanName`); longer than this is no name. */
const MAX_RAW_NAME = 200;

/** An ICE candidate as `RTCIceCandidate.toJSON()` gives it. */
export type IceCandidate = {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
};

/** An ICE server as `RTCConfiguration.iceServers` takes it. */
export type IceServer = { readonly urls: string; readonly username?: string; readonly credential?: string };

/**
 * How the scene of a room is: `starting`: not up yet; `live`: it draws; `restarting`: it fell and comes back; `down`: it
 * fell again and again, and is tried ever more seldom; `failed`: it will not come; `closed`: its room was ended.
 */
export const sceneStatuses = ["starting", "live", "restarting", "down", "failed", "closed"] as const;
/** How the scene of a room does: its life cycle, not its state. */
export type SceneStatus = (typeof sceneStatuses)[number];

export type SignalingFields = {
  readonly boolean: boolean;
  /** A protocol version, 0 to 65535. */
  readonly protocol: number;
  /** The number of a connection, of the viewer's own choice. */
  readonly connection: number;
  /** `Person.number`. */
  readonly person: number;
  /** A place in the queue, counted from 1. */
  readonly place: number;
  /** How many people there are. */
  readonly total: number;
  /** The name of a frame on a connection: its RTP time stamp, or its `frame` on the WebSocket. */
  readonly frame: number;
  /** How many frames there were. */
  readonly frames: number;
  /** A whole number from 0. */
  readonly count: number;
  /** A span in seconds, up to a day. */
  readonly seconds: number;
  /** An amount of bytes, up to 2^52. */
  readonly bytes: number;
  readonly viewerId: string;
  readonly title: string;
  /** For people, at most 4096 characters. */
  readonly sentence: string;
  readonly room: string;
  readonly name: string;
  readonly sdp: string;
  /** The name of an exact picture. */
  readonly picture: string;
  /** The user's state as JSON text. */
  readonly sceneState: string;
  readonly size: PictureSize;
  readonly iceServers: readonly IceServer[];
  readonly candidate: IceCandidate;
  readonly codec: VideoCodec;
  readonly streamCodec: StreamCodec;
  readonly codecs: readonly StreamCodec[];
  readonly role: Role;
  readonly mode: ControlMode;
  readonly people: readonly Person[];
  readonly controlRequest: ControlRequest;
  readonly status: SceneStatus;
  readonly errorCode: StreamErrorCode;
  readonly body: MessageBody;
  readonly messageSource: MessageSource;
  readonly view: ViewWish;
  readonly quality: StreamQuality;
  readonly consoleLine: ConsoleLine;
  readonly cursor: Cursor;
  readonly panelNews: PanelNews;
  readonly panelChange: PanelChange;
  /** Milliseconds since the epoch on the clock of who says it. */
  readonly time: number;
  readonly pageSpans: readonly PageSpan[];
  /** Milliseconds from press to picture, at most 64. */
  readonly pressTimes: readonly number[];
};

const id = integer(1, 2 ** 31 - 1);
const count = integer(0, 2 ** 31 - 1);
// What a newer server calls by another word is taken for what promises the least.
const role = oneOfOr(roles, "viewer");
const size = object<PictureSize>({ width: integer(16, 8192), height: integer(16, 8192) });

const person = object<Person>({
  number: id,
  name: text(MAX_RAW_NAME),
  color: text(7, /^#[0-9a-f]{6}$/, "must be a colour like #3fcf9b"),
  role,
  hasControl: boolean,
  isAsking: boolean,
  isAway: boolean,
});

const codecs: Reader<readonly StreamCodec[]> = (name, value) => {
  const known = Array.isArray(value) ? streamCodecs.filter((codec) => value.includes(codec)) : [];
  if (known.length === 0) throw new TypeError(`${name} must list some of ${streamCodecs.join(", ")}.`);
  return known;
};

const sceneState: Reader<string> = (name, value) => {
  const state = text(MAX_STATE_LENGTH)(name, value);
  requireJson(name, state);
  return state;
};

export const signalingFields: Vocabulary<SignalingFields> = {
  boolean,
  protocol: integer(0, 65535),
  connection: count,
  person: id,
  place: integer(1, 100_000),
  total: integer(0, 100_000),
  frame: integer(0, 2 ** 32 - 1),
  frames: integer(0, 2 ** 52),
  count,
  seconds: number(0, 86_400),
  bytes: integer(0, 2 ** 52),
  viewerId: text(64),
  title: text(256),
  sentence: text(4096),
  room: text(64),
  name: text(MAX_RAW_NAME),
  sdp: text(MAX_SIGNALING_BYTES, /^v=0/, "must be a session description that starts with v=0"),
  picture: text(64, /^[\w-]+$/, "must be letters, digits, _ and -"),
  sceneState,
  size,
  iceServers: list(
    16,
    object<IceServer>({ urls: text(512), username: optional(text(512)), credential: optional(text(512)) }),
  ),
  candidate: object<IceCandidate>({
    candidate: text(1024),
    sdpMid: orMissing(text(16)),
    sdpMLineIndex: orMissing(integer(0, 255)),
  }),
  codec: oneOf(videoCodecs),
  streamCodec: oneOf(streamCodecs),
  codecs,
  role,
  mode: oneOfOr(controlModes, "host"),
  people: list(MAX_PEOPLE_TOLD, person),
  controlRequest: readControlRequest,
  // With whatever a newer server calls its status, the scene does not draw as this version knows it.
  status: oneOfOr(sceneStatuses, "starting"),
  errorCode: oneOfOr(Object.keys(streamErrorSentences) as StreamErrorCode[], "unknown"),
  messageSource: oneOfOr(messageSources, "scene"),
  body: (name, value) => parseMessageBody(fields(name, value)),
  view: object<ViewWish>({
    // A size on a screen: any whole numbers, as nobody draws in it.
    shown: orNull(object<PictureSize>({ width: integer(1, 65535), height: integer(1, 65535) })),
    window: optional(
      orNull(
        object<ViewWindow>({
          width: integer(1, 65535),
          height: integer(1, 65535),
          ratio: number(MIN_VIEW_RATIO, MAX_VIEW_RATIO),
        }),
      ),
    ),
    preference: oneOf(preferences),
    maxBitrateBps: orNull(integer(MIN_VIEW_BITRATE_BPS, MAX_VIEW_BITRATE_BPS)),
  }),
  quality: object<StreamQuality>({
    size,
    maxFps: number(0, 240),
    bitrateBps: number(0, 1e9),
    estimateBps: orNull(number(0, 1e12)),
    roundTripMs: orNull(number(0, 1e6)),
    loss: number(0, 1),
  }),
  consoleLine: object<ConsoleLine>({ level: oneOfOr(consoleLevels, "info"), text: text(MAX_CONSOLE_TEXT) }),
  cursor: oneOfOr(cursors, "default"),
  panelNews: readPanelNews,
  panelChange: readPanelChange,
  time: number(0, 1e14),
  pageSpans: readPageSpans,
  pressTimes: list(64, number(0, 10_000)),
};

/** Browsers leave out what they have not. */
function orMissing<Value>(reader: Reader<Value>): Reader<Value | null> {
  return (name, value) => (value == null ? null : reader(name, value));
}

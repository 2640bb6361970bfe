/**
 * Owns what is fuzzed: each parser of what comes from the network, what it may throw, and what holds of what it gives. A parser
 * that takes long is as bad as one that throws something else.
 */

import type fc from "fast-check";
import { parseMessage, RtcpPacketConverter } from "werift";
import { marked, readToFrame } from "../../client/frame/frame-messages.ts";
import { isAllowedHost, isAllowedOrigin } from "../../server/access/access-rules.ts";
import { addressKey } from "../../server/access/address-key.ts";
import { isRoom, leadsTo, nameInScene, pathOf, roomIn, sceneOf } from "../../server/access/room-name.ts";
import { arrayOfArrow } from "../../server/data/formats/arrow-array.ts";
import { arrowMessages } from "../../server/data/formats/arrow-frames.ts";
import { parseNpyHead } from "../../server/data/formats/npy.ts";
import { splitRoom, unmount } from "../../server/http/base-path.ts";
import { parseColumns, parseDataMessage, parseRange, parseShape } from "../../server/http/data/data-request.ts";
import { parseJpegQuery, parseSnapshotQuery } from "../../server/http/routes/picture-query.ts";
import { turnServersOf } from "../../server/pipeline/outputs/whip/whip-answer.ts";
import { holdParameters, noParameters, parameterTextsIn } from "../../server/platform/given-parameters.ts";
import { checkParameter, parameterOf } from "../../server/platform/parameters.ts";
import { parseOutputAddress, shownAddress } from "../../server/platform/stream-address.ts";
import { publicAddressIn } from "../../server/share/public-address.ts";
import { advertise, isMdnsCandidate } from "../../server/transport/ice/ice-candidates.ts";
import { RemoteCandidates } from "../../server/transport/ice/remote-candidates.ts";
import { chooseCodec, offeredCodecs } from "../../server/transport/offered-codecs.ts";
import { RtpVideoSender } from "../../server/transport/rtp/rtp-video-sender.ts";
import { parseToStudio } from "../../shared/arrangement.ts";
import { parseMessageBody } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import { encodeFeedback, parseFeedback } from "../../shared/feedback.ts";
import { bytesOfFrame, parseCarriedFrame, parseProgramMessage } from "../../shared/frame-source.ts";
import { encodeInput, parseInput } from "../../shared/input.ts";
import { parseInputPost } from "../../shared/input-post.ts";
import { readPanelValue, readProgramValue } from "../../shared/panels.ts";
import { cleanName } from "../../shared/people.ts";
import { parseSceneCards } from "../../shared/scene-cards.ts";
import { fields } from "../../shared/schema.ts";
import { parseClientMessage, parseServerMessage } from "../../shared/signaling.ts";
import { parseClientSocketMessage, parseServerSocketMessage } from "../../shared/socket-message.ts";
import { videoCodecs } from "../../shared/video.ts";
import { bytesLike, jsonLike, textLike } from "./inputs.ts";
import * as samples from "./samples.ts";

/** `Input` is bytes or text, so that one that broke something can be kept in a file. */
export type Target = {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Uint8Array | string>;
  /** Throws where the target breaks its promise. */
  check(input: Uint8Array | string): void;
};

const MAX_MS = 250;
const scene = { width: 1280, height: 720 };

export const targets: readonly Target[] = [
  text("parseClientMessage", jsonLike(samples.clientMessages), (json) =>
    readsAgain(parseClientMessage, parseClientMessage(json)),
  ),
  text("parseServerMessage", jsonLike(samples.serverMessages), (json) => {
    const message = parseServerMessage(json);
    if (message !== null) readsAgain(parseServerMessage, message);
  }),
  bytes("parseInput", samples.inputs, (input) => same(parseInput(encodeInput(parseInput(input))), parseInput(input))),
  bytes("parseFeedback", samples.feedbacks, (input) => {
    const feedback = parseFeedback(input);
    if (feedback !== null) same(parseFeedback(encodeFeedback(feedback)), feedback);
  }),
  bytes("parseClientSocketMessage", samples.fromViewer, parseClientSocketMessage),
  bytes("parseServerSocketMessage", samples.toViewer, parseServerSocketMessage),
  bytes("parseInputPost", samples.posts, (input) => {
    const total = parseInputPost(input).reduce((sum, message) => sum + 1 + message.byteLength, 0);
    same(total, input.byteLength);
  }),
  text(
    "parseMessageBody",
    jsonLike(samples.clientMessages),
    (json) => parseMessageBody(fields("message", JSON.parse(json))),
    [SyntaxError],
  ),
  text(
    "controlValues",
    jsonLike(samples.controlValues),
    (json) => {
      const values = fields("values", JSON.parse(json));
      for (const control of samples.controls) {
        attempt(() => {
          const read = readProgramValue(control, values[control.id]);
          // What was read fits again.
          same(readPanelValue(control, read), read);
        }, []);
      }
    },
    [SyntaxError],
  ),
  text("cleanName", textLike(["Ann", "\u202eAnn\u0000\u200b", "👩‍👩‍👧‍👦".repeat(20)]), (name) => {
    const cleaned = cleanName(name);
    if (cleaned !== null) same(cleanName(cleaned), cleaned);
  }),
  text("offeredCodecs", textLike(samples.descriptions), (sdp) => chooseCodec(offeredCodecs(sdp), videoCodecs), [
    StreamError,
  ]),
  text("candidates", textLike(samples.candidates), (candidate) => {
    isMdnsCandidate(candidate);
    advertise(candidate, "203.0.113.9");
    new RemoteCandidates(false).accepts(candidate);
  }),
  text("advertise", textLike(samples.descriptions), (sdp) => advertise(sdp, "203.0.113.9")),
  text("paths", textLike(["/s/room/signal?x=1", "/scene/s/a/viewer/id?after=3", "//", "/s/%2e%2e/"]), (url) => {
    const mounted = unmount(url, "/scene");
    if (mounted.kind !== "here") return;
    splitRoom(mounted.url, null);
    splitRoom(mounted.url, new Set(["room", "a"]));
  }),
  text("outputs", textLike(samples.outputAddresses), (address) => {
    const parsed = parseOutputAddress(address);
    if (parsed?.kind === "whip" && parsed.token !== null) same(/^[\x21-\x7e]+$/.test(parsed.token), true);
    same(parseOutputAddress(shownAddress(address))?.kind ?? parsed?.kind, parsed?.kind);
  }),
  text("iceServers", textLike(samples.iceServerLinks), (link) => turnServersOf(link)),
  text("pictureQuery", textLike(["fps=30&quality=80&size=640x360", "size=16x16&size=8192x8192"]), (query) => {
    const fields = Object.fromEntries(new URLSearchParams(query));
    parseJpegQuery(fields, scene);
    parseSnapshotQuery("png", fields, scene);
  }),
  text("hosts", textLike(["localhost:8080", "[::1]:8080", "https://app.example:444", "127.0.0.1"]), (name) => {
    isAllowedHost(name, "127.0.0.1", ["box.example"]);
    isAllowedOrigin(name, name, ["https://app.example"]);
    addressKey(name);
  }),
  text(
    "parseSceneCards",
    jsonLike(samples.sceneCards),
    (json) => {
      const cards = parseSceneCards(JSON.parse(json));
      same(parseSceneCards({ scenes: cards }), cards);
    },
    [SyntaxError],
  ),
  text(
    "readToFrame",
    jsonLike(samples.frameMessages),
    (json) => {
      const message = readToFrame("message", JSON.parse(json));
      if (message !== null) same(readToFrame("message", marked(message)), message);
    },
    [SyntaxError],
  ),
  text("parseProgramMessage", jsonLike(samples.programMessages), (json) => {
    const message = parseProgramMessage(json);
    same(parseProgramMessage(JSON.stringify(message)), message);
  }),
  text("parseToStudio", jsonLike(samples.studioMessages), readsStudio, [SyntaxError]),
  bytes("parseCarriedFrame", samples.carriedFrames, (input) => {
    const { frame, pixels } = parseCarriedFrame(input);
    same(pixels.byteLength, bytesOfFrame(frame));
  }),
  text("parameterTexts", textLike(samples.queries), (query) => {
    const link = parameterTextsIn(new URLSearchParams(query));
    const { values, leftOut } = holdParameters(samples.parameters, { ...noParameters, link });
    for (const [name, value] of Object.entries(values)) {
      const parameter = parameterOf(samples.parameters, name);
      if (parameter === undefined) throw new Error(`It sets ${name}, which there is not.`);
      checkParameter(name, parameter, value);
    }
    if (values["secret"] !== "") throw new Error("It sets what links set nothing of.");
    if (leftOut.some((sentence) => /[\p{Cc}\u202a-\u202e]/u.test(sentence)))
      throw new Error("It tells what a terminal obeys.");
  }),
  text("roomNames", textLike(samples.rooms), (name) => {
    if (!isRoom(name)) return;
    if (roomIn(sceneOf(name), nameInScene(name)) !== name) throw new Error(`${name} is not what it is made of.`);
    if (leadsTo("a/*", name) !== (sceneOf(name) === "a")) throw new Error(`A link for a/* leads to ${name}.`);
    // Below the server's page, whatever it is called.
    const page = new URL(pathOf(name), "http://host/base/");
    if (!page.href.startsWith("http://host/base/")) throw new Error(`The page of ${name} is at ${page}.`);
  }),
  text("publicAddressIn", textLike(samples.printed), (line) => {
    const found = publicAddressIn(line);
    if (found !== null) same(new URL(found).origin, found);
  }),
  bytes("parseNpyHead", samples.npyHeads, (input) => {
    const { shape, headBytes } = parseNpyHead(input);
    const elements = shape.filter((length) => length > 0).reduce((product, length) => product * length, 1);
    if (!Number.isSafeInteger(elements * 8) || headBytes > input.byteLength) throw new Error(`It says ${shape}.`);
  }),
  bytes("parseDataMessage", samples.dataMessages, (input) => {
    const { head, payload } = parseDataMessage(input);
    const numbers = [head.range?.offset ?? 0, head.range?.count ?? 0, ...(head.shape ?? [])];
    if (!numbers.every((number) => number === null || (Number.isSafeInteger(number) && number >= 0))) {
      throw new Error(`It says ${numbers}.`);
    }
    if (payload.byteLength >= input.byteLength) throw new Error("It has more than came.");
  }),
  text("dataHeaders", textLike(samples.dataHeaders), (header) => {
    const parsers = [
      () => parseShape(header),
      () => parseColumns(header),
      () => parseRange(header, undefined),
      () => parseRange(undefined, header),
    ];
    for (const parse of parsers) attempt<unknown>(parse, []);
  }),
  bytes("arrayOfArrow", samples.arrowTables, (input) => {
    // By the footer of a file its library may read for ever, which the deadline of the thread ends.
    if (attempt(() => arrowMessages(input).needsFooter, [RangeError]) !== false) return;
    const wish = { columns: null, type: "float64", dimensions: null, maxBytes: 1_000_000 } as const;
    for (const columns of [null, ["x"]]) {
      const { shape, bytes } = arrayOfArrow("value", input, { ...wish, columns });
      same(
        shape.reduce((product, length) => product * length, 8),
        bytes.byteLength,
      );
    }
  }),
  bytes("rtcp", samples.rtcp, checkRtcp),
  bytes("stun", samples.stun, (input) => void werift(() => parseMessage(Buffer.from(input)))),
];

/** Throws where one input breaks the promise of its target. */
export function checkTimed(target: Target, input: Uint8Array | string): void {
  const begun = performance.now();
  target.check(input);
  const tookMs = performance.now() - begun;
  // Once may be the machine's.
  if (tookMs > MAX_MS && timeOf(target, input) > MAX_MS)
    throw new Error(`${target.name} took ${Math.round(tookMs)} ms.`);
}

function timeOf(target: Target, input: Uint8Array | string): number {
  const begun = performance.now();
  target.check(input);
  return performance.now() - begun;
}

type Throwable = abstract new (...args: never[]) => Error;

function text(
  name: string,
  inputs: fc.Arbitrary<string>,
  parse: (input: string) => unknown,
  may: readonly Throwable[] = [],
): Target {
  return { name, inputs, check: (input) => attempt(() => parse(String(input)), may) };
}

function bytes(name: string, known: readonly Uint8Array[], parse: (input: Uint8Array) => unknown): Target {
  return { name, inputs: bytesLike(known), check: (input) => attempt(() => parse(input as Uint8Array), []) };
}

/** What is wrong with a message is a `TypeError` that says so. Others are faults, and so is one without a rule. */
function attempt<Result>(parse: () => Result, may: readonly Throwable[]): Result | null {
  try {
    return parse();
  } catch (error) {
    const isTold = error instanceof TypeError && /\b(must|may)\b/.test(error.message);
    if (!isTold && !may.some((kind) => error instanceof kind)) throw error;
    return null;
  }
}

function readsAgain<Message>(parse: (text: string) => Message, message: Message): void {
  same(parse(JSON.stringify(message)), message);
}

function same(one: unknown, other: unknown): void {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  if (a !== b) throw new Error(`It reads as ${a}, and then as ${b}.`);
}

/** The library's parser may throw, and its callers catch that; what it gives must do no harm. */
function checkRtcp(input: Uint8Array): void {
  const packets = werift(() => RtcpPacketConverter.deSerialize(Buffer.from(input)));
  if (packets === null) return;
  const sender = new RtpVideoSender(
    {
      ssrc: 111,
      payloadType: 96,
      rtx: null,
      parity: null,
      midExtension: { id: 1, mid: "0" },
      playoutDelayId: 2,
      wideSequenceId: 3,
    },
    { sendRtp: () => undefined, sendRtcp: () => undefined },
    { keyFrameRequested: () => true, roomMade: () => undefined, wayReported: () => undefined },
  );
  try {
    for (const packet of packets) sender.handleRtcp(packet);
    const { bitrateBps, roundTripMs, loss } = sender.estimate;
    const figures = [bitrateBps ?? 1, roundTripMs ?? 1, loss];
    if (!figures.every((figure) => figure >= 0))
      throw new Error(`It makes the estimate ${JSON.stringify(sender.estimate)}.`);
  } finally {
    sender.close();
  }
}

function werift<Result>(parse: () => Result): Result | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

function readsStudio(json: string): void {
  const message = parseToStudio(JSON.parse(json));
  if (message !== null) same(parseToStudio(message), message);
}

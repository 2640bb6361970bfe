/** Owns the checks of which way of video runs and is shown: TL1 to TL5 of transport-ladder.ts. */

import { describe, expect, it } from "vitest";
import type { TransportChoice } from "../../../../client/streams/transport.ts";
import {
  type LadderFacts,
  type LadderWishes,
  TransportLadder,
  type WebRtcFacts,
} from "../../../../client/streams/transport-ladder.ts";

const trying: WebRtcFacts = {
  hasDied: false,
  hasPicture: false,
  interruptedMs: 0,
  missingMs: 0,
  inputWaitMs: 0,
  canCarryInput: false,
  lastLifeMs: 0,
};
const good: WebRtcFacts = { ...trying, hasPicture: true, canCarryInput: true };
const running = { hasPicture: false, hasDied: false };
const playing = { hasPicture: true, hasDied: false };

/** A ladder with facts that stay until they are changed. */
class Climb {
  readonly #ladder: TransportLadder;
  #facts: LadderFacts = {
    nowMs: 0,
    isPaused: false,
    link: "websocket",
    canWebRtc: true,
    canDecode: true,
    webrtc: null,
    websocket: null,
    mjpeg: null,
  };

  constructor(choice: TransportChoice = "auto") {
    this.#ladder = new TransportLadder(choice);
  }

  at(nowMs: number, facts: Partial<LadderFacts> = {}): LadderWishes {
    this.#facts = { ...this.#facts, ...facts, nowMs };
    return this.#ladder.decide(this.#facts);
  }

  /** WebRTC has been shown alone for 2 s. */
  static settled(facts: Partial<LadderFacts> = {}): Climb {
    const climb = new Climb();
    climb.at(0, { webrtc: good, ...facts });
    climb.at(1000);
    expect(climb.at(2000)).toMatchObject({ websocket: false, shown: "webrtc", input: "webrtc" });
    return climb;
  }
}

describe("a start (TL1)", () => {
  it("tries WebRTC and the WebSocket at once, with input by the WebSocket", () => {
    const wishes = { webrtc: true, websocket: true, mjpeg: false, shown: null, input: "link" };
    expect(new Climb().at(0)).toEqual(wishes);
  });

  it("shows what comes first and moves to WebRTC, then ends the WebSocket's stream soon after", () => {
    const climb = new Climb();
    expect(climb.at(100, { webrtc: trying, websocket: playing }).shown).toBe("websocket");
    expect(climb.at(300, { webrtc: good })).toMatchObject({ shown: "webrtc", input: "webrtc", websocket: true });
    expect(climb.at(549).websocket).toBe(true);
    expect(climb.at(550).websocket).toBe(false);
  });

  it("waits with the WebSocket until the browser said whether it decodes", () => {
    expect(new Climb().at(0, { canDecode: null })).toMatchObject({ webrtc: true, websocket: false, mjpeg: false });
  });

  it("gives WebRTC two seconds before it takes Motion JPEG", () => {
    const climb = new Climb();
    expect(climb.at(0, { canDecode: false, webrtc: trying })).toMatchObject({ websocket: false, mjpeg: false });
    expect(climb.at(1999).mjpeg).toBe(false);
    expect(climb.at(2000).mjpeg).toBe(true);
  });

  it("takes Motion JPEG at once where there is nothing but HTTP", () => {
    const wishes = { webrtc: false, websocket: false, mjpeg: true, input: "link" };
    expect(new Climb().at(0, { link: "http" })).toMatchObject(wishes);
  });

  it("takes Motion JPEG when no frame of the WebSocket can be decoded after all, and not the WebSocket again", () => {
    const climb = new Climb();
    climb.at(0, { canWebRtc: false });
    const wishes = { websocket: false, mjpeg: true };
    expect(climb.at(500, { websocket: { hasPicture: false, hasDied: true } })).toMatchObject(wishes);
    expect(climb.at(600, { websocket: null, mjpeg: running })).toMatchObject(wishes);
  });
});

describe("Motion JPEG that died", () => {
  it("is tried again a second later, while its last picture stays", () => {
    const climb = new Climb("mjpeg");
    climb.at(0, { mjpeg: playing });
    expect(climb.at(5000, { mjpeg: { hasPicture: false, hasDied: true } })).toMatchObject({
      mjpeg: false,
      shown: "mjpeg",
    });
    expect(climb.at(5999, { mjpeg: null }).mjpeg).toBe(false);
    expect(climb.at(6000).mjpeg).toBe(true);
  });
});

describe("a choice", () => {
  it("tries nothing else", () => {
    const only = { webrtc: false, websocket: false, mjpeg: false };
    expect(new Climb("webrtc").at(0)).toMatchObject({ ...only, webrtc: true });
    expect(new Climb("websocket").at(0)).toMatchObject({ ...only, websocket: true });
    expect(new Climb("mjpeg").at(0)).toMatchObject({ ...only, mjpeg: true });
  });

  it("of WebRTC comes back soon after its death", () => {
    const climb = new Climb("webrtc");
    expect(climb.at(0, { webrtc: { ...good, hasDied: true } }).webrtc).toBe(false);
    expect(climb.at(100, { webrtc: null }).webrtc).toBe(true);
  });
});

describe("WebRTC in doubt (TL2, TL3)", () => {
  it("is left in peace while the scene rests", () => {
    const climb = Climb.settled();
    const wishes = { webrtc: true, websocket: false, shown: "webrtc", input: "webrtc" };
    expect(climb.at(600_000)).toMatchObject(wishes);
  });

  it.each([
    ["frames are missing", { missingMs: 1 }],
    ["the browser calls it disconnected", { interruptedMs: 1 }],
    ["an ordered input waits", { inputWaitMs: 351 }],
  ])("is backed by the WebSocket at once when %s", (_sign, sign) => {
    const climb = Climb.settled();
    const wishes = { webrtc: true, websocket: true, shown: "webrtc", input: "link" };
    expect(climb.at(5000, { webrtc: { ...good, ...sign } })).toMatchObject(wishes);
  });

  it("stays on the screen until the WebSocket has a picture", () => {
    const climb = Climb.settled();
    climb.at(5000, { webrtc: { ...good, missingMs: 1 }, websocket: running });
    expect(climb.at(5100).shown).toBe("webrtc");
    expect(climb.at(5200, { websocket: playing }).shown).toBe("websocket");
  });

  it("comes back with its first sign of life", () => {
    const climb = Climb.settled();
    climb.at(5000, { webrtc: { ...good, missingMs: 1 }, websocket: playing });
    expect(climb.at(5100, { webrtc: good }).shown).toBe("websocket");
    const alive = { ...good, lastLifeMs: 5150 };
    expect(climb.at(5200, { webrtc: alive })).toMatchObject({ shown: "webrtc", input: "webrtc", websocket: true });
    expect(climb.at(6200).websocket).toBe(false);
  });

  it("keeps the picture when only input is late, and lets input come back after 10 s", () => {
    const climb = Climb.settled();
    const flowing = { ...good, lastLifeMs: 4990 };
    const wishes = { shown: "webrtc", websocket: false, input: "link" };
    expect(climb.at(5000, { webrtc: { ...flowing, inputWaitMs: 400 } })).toMatchObject(wishes);
    expect(climb.at(14_999, { webrtc: flowing }).input).toBe("link");
    expect(climb.at(15_000).input).toBe("webrtc");
  });

  it("is backed by Motion JPEG where the browser cannot decode", () => {
    const climb = Climb.settled({ canDecode: false });
    expect(climb.at(5000, { webrtc: { ...good, missingMs: 1 } }).mjpeg).toBe(true);
  });
});

describe("the death of WebRTC (TL4)", () => {
  it.each([
    ["ended", { hasDied: true }],
    ["was disconnected for a second", { interruptedMs: 1001 }],
    ["missed frames for 300 ms", { missingMs: 300 }],
  ])("is when it %s", (_sign, sign) => {
    const climb = Climb.settled();
    const wishes = { webrtc: false, websocket: true, shown: "webrtc" };
    expect(climb.at(5000, { webrtc: { ...good, ...sign } })).toMatchObject(wishes);
  });

  it("is when an input waited for 700 ms and nothing came, although another way took the input", () => {
    const climb = Climb.settled();
    climb.at(5000, { webrtc: { ...good, inputWaitMs: 351 } });
    expect(climb.at(5340, { webrtc: good }).webrtc).toBe(true);
    expect(climb.at(5350).webrtc).toBe(false);
  });

  it("is followed by attempts after 5, 10, 20 and then 30 s, under what is shown", () => {
    const climb = Climb.settled();
    let nowMs = 5000;
    for (const waitMs of [5000, 10_000, 20_000, 30_000, 30_000]) {
      expect(climb.at(nowMs, { webrtc: { ...good, hasDied: true }, websocket: playing }).webrtc).toBe(false);
      expect(climb.at(nowMs + waitMs - 1, { webrtc: null })).toMatchObject({ webrtc: false, shown: "websocket" });
      expect(climb.at(nowMs + waitMs)).toMatchObject({ webrtc: true, shown: "websocket" });
      expect(climb.at(nowMs + waitMs + 1, { webrtc: trying })).toMatchObject({ websocket: true, shown: "websocket" });
      nowMs += waitMs + 2;
    }
  });

  it("is forgotten once it was good for 30 s", () => {
    const climb = Climb.settled();
    climb.at(5000, { webrtc: { ...good, hasDied: true } });
    climb.at(10_000, { webrtc: good });
    climb.at(40_000);
    climb.at(41_000, { webrtc: { ...good, hasDied: true } });
    expect(climb.at(46_000, { webrtc: null }).webrtc).toBe(true);
  });
});

describe("a viewer that looks away (TL5)", () => {
  it("keeps WebRTC whatever is missing, begins nothing, and goes on with it afterwards", () => {
    const climb = Climb.settled();
    const wishes = { webrtc: true, websocket: false, mjpeg: false, shown: "webrtc" };
    const silent = { ...good, missingMs: 60_000, interruptedMs: 1, inputWaitMs: 60_000 };
    expect(climb.at(5000, { isPaused: true, webrtc: silent })).toMatchObject(wishes);
    expect(climb.at(90_000)).toMatchObject(wishes);
    expect(climb.at(90_100, { isPaused: false, webrtc: good })).toMatchObject({ ...wishes, input: "webrtc" });
  });

  it("does not climb to WebRTC, which it does once it looks again", () => {
    const climb = Climb.settled();
    climb.at(5000, { webrtc: { ...good, hasDied: true }, websocket: playing });
    const wishes = { webrtc: false, websocket: true, shown: "websocket" };
    expect(climb.at(30_000, { isPaused: true, webrtc: null })).toMatchObject(wishes);
    expect(climb.at(30_100, { isPaused: false }).webrtc).toBe(true);
  });

  it("begins nothing in a page that was opened hidden", () => {
    const nothing = { webrtc: false, websocket: false, mjpeg: false };
    const climb = new Climb();
    expect(climb.at(0, { isPaused: true })).toMatchObject(nothing);
    expect(climb.at(60_000, { isPaused: false })).toMatchObject({ webrtc: true, websocket: true, mjpeg: false });
  });

  it("ends Motion JPEG and begins it again at once", () => {
    const climb = new Climb();
    climb.at(0, { link: "http" });
    climb.at(500, { mjpeg: playing });
    expect(climb.at(1000, { isPaused: true })).toMatchObject({ mjpeg: false, shown: "mjpeg", input: "link" });
    expect(climb.at(9000, { mjpeg: null }).mjpeg).toBe(false);
    expect(climb.at(9100, { isPaused: false })).toMatchObject({ mjpeg: true, shown: "mjpeg" });
  });
});

describe("without the server", () => {
  it("everything stays as it is, and WebRTC goes on", () => {
    const climb = Climb.settled();
    const wishes = { webrtc: true, websocket: false, mjpeg: false, shown: "webrtc", input: "webrtc" };
    expect(climb.at(5000, { link: null })).toEqual(wishes);
  });

  it("nothing begins and input has no way", () => {
    const wishes = { webrtc: false, websocket: true, mjpeg: false, shown: "websocket", input: null };
    const climb = new Climb();
    climb.at(0, { websocket: playing });
    expect(climb.at(100, { link: null })).toEqual(wishes);
  });
});

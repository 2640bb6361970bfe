/** Owns the checks of what a browser can decode, and of the codec string of an H.264 stream. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { avcString, supportedCodecs } from "../../../../client/picture/codec-support.ts";

it("reads profile, constraints and level behind either start code, wherever the SPS stands", () => {
  expect(avcString(Uint8Array.of(0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0x8c))).toBe("avc1.42c01f");
  expect(avcString(Uint8Array.of(0, 0, 1, 0x09, 0x10, 0, 0, 1, 0x27, 0x64, 0x00, 0x0a, 0xac))).toBe("avc1.64000a");
});

it("finds none in a picture without an SPS, or in part of one", () => {
  expect(avcString(Uint8Array.of(0, 0, 1, 0x65, 0x88, 0x84, 0x00))).toBeNull();
  expect(avcString(Uint8Array.of(0, 0, 1, 0x67, 0x42))).toBeNull();
});

describe("the codecs that a browser decodes", () => {
  type Behaviour = "decodes" | "fails" | "hangs";
  /** A browser that says to decode all of `words`, and does with samples as it is told. */
  function stub(words: RegExp, behaviour: Behaviour): string[] {
    const decoded: string[] = [];
    class FakeDecoder {
      static isConfigSupported({ codec }: VideoDecoderConfig) {
        return Promise.resolve({ supported: words.test(codec) });
      }
      readonly #init: VideoDecoderInit;
      state = "unconfigured";
      constructor(init: VideoDecoderInit) {
        this.#init = init;
      }
      configure({ codec }: VideoDecoderConfig) {
        decoded.push(codec);
        this.state = "configured";
      }
      decode() {
        if (behaviour === "decodes") this.#init.output({ close: () => undefined } as VideoFrame);
      }
      flush(): Promise<void> {
        if (behaviour === "hangs") return new Promise(() => undefined);
        if (behaviour === "decodes") return Promise.resolve();
        this.state = "closed";
        return Promise.reject(new Error("It cannot."));
      }
      close() {
        this.state = "closed";
      }
    }
    vi.stubGlobal("VideoDecoder", FakeDecoder);
    vi.stubGlobal("EncodedVideoChunk", class {});
    return decoded;
  }

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("are none without WebCodecs", async () => {
    expect(await supportedCodecs()).toEqual([]);
  });

  it("are those that it names, and of 4:4:4 those of which it decodes a picture", async () => {
    const decoded = stub(/^(avc1|vp8|vp09)/, "decodes");
    expect(await supportedCodecs()).toEqual(["h264", "vp8", "vp9", "h264-444", "vp9-444"]);
    expect(decoded).toEqual(["avc1.f4000c", "vp09.01.10.08.03.01.01.06.00"]);
  });

  it("are not in 4:4:4 where the browser has no such decoder, and none is tried", async () => {
    const decoded = stub(/^(avc1\.42|vp8)/, "decodes");
    expect([await supportedCodecs(), decoded]).toEqual([["h264", "vp8"], []]);
  });

  it("are not those in 4:4:4 that it only says to decode", async () => {
    stub(/./, "fails");
    expect(await supportedCodecs()).toEqual(["h264", "vp8", "vp9", "av1"]);
  });

  it("are not those of which no picture comes in time", async () => {
    vi.useFakeTimers();
    stub(/./, "hangs");
    const found = supportedCodecs();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await found).toEqual(["h264", "vp8", "vp9", "av1"]);
  });
});

import { expect, test } from "vitest";
import { JpegStreams } from "../../../../server/room/jpeg-streams.ts";
import type { PictureRequestsEvents } from "../../../../server/session/picture-requests.ts";
import type { JpegForm } from "../../../../server/session/session-protocol.ts";
import { Emitter } from "../../../../shared/emitter.ts";

/** What the session would be asked. */
class FakePictures extends Emitter<PictureRequestsEvents> {
  readonly wanted = new Map<string, JpegForm>();

  wantJpeg(streamId: string, form: JpegForm): void {
    this.wanted.set(streamId, form);
  }

  unwantJpeg(streamId: string): void {
    this.wanted.delete(streamId);
  }

  show(form: JpegForm, jpeg: number): void {
    for (const [streamId, wanted] of this.wanted) {
      if (wanted === form) this.emit("jpegEncoded", { streamId, bytes: Uint8Array.of(jpeg) });
    }
  }
}

const form: JpegForm = { maxFps: 30, quality: 80, size: null };
const ignore = () => undefined;

test("watchers of the same form share one stream, which ends with the last of them", () => {
  const pictures = new FakePictures();
  const streams = new JpegStreams(pictures);
  const seen: number[][] = [[], []];
  const offs = seen.map((list) => streams.watch({ ...form }, (jpeg) => list.push(jpeg[0] ?? 0)));
  const [wanted] = pictures.wanted.values();
  expect(pictures.wanted.size).toBe(1);
  pictures.show(wanted ?? form, 7);
  expect(seen).toEqual([[7], [7]]);
  offs[0]?.();
  offs[0]?.();
  expect(pictures.wanted.size).toBe(1);
  offs[1]?.();
  expect([pictures.wanted.size, streams.watchers]).toEqual([0, 0]);
});

test("who comes later has the newest picture at once", () => {
  const pictures = new FakePictures();
  const streams = new JpegStreams(pictures);
  streams.watch(form, ignore);
  pictures.show(form, 1);
  pictures.show(form, 2);
  const seen: number[] = [];
  streams.watch({ ...form }, (jpeg) => seen.push(jpeg[0] ?? 0));
  expect(seen).toEqual([2]);
});

test("a fifth form is the nearest of its size, or refused in words", () => {
  const pictures = new FakePictures();
  const streams = new JpegStreams(pictures);
  const size = { width: 640, height: 360 };
  const off = streams.watch(form, ignore);
  streams.watch({ ...form, quality: 40 }, ignore);
  streams.watch({ ...form, maxFps: 5 }, ignore);
  streams.watch({ ...form, size }, ignore);
  const seen: number[] = [];
  streams.watch({ ...form, quality: 50 }, (jpeg) => seen.push(jpeg[0] ?? 0));
  expect(pictures.wanted.size).toBe(4);
  for (const wanted of pictures.wanted.values()) pictures.show(wanted, wanted.quality);
  expect(seen).toEqual([40]);
  const other = { ...form, size: { width: 320, height: 180 } };
  expect(() => streams.watch(other, ignore)).toThrow(
    /4 forms, none of this size\. These sizes are available: .*640x360/,
  );
  off();
  streams.watch(other, ignore);
  expect(pictures.wanted.size).toBe(4);
});

test("there is a bound on the watchers", () => {
  const streams = new JpegStreams(new FakePictures());
  for (let count = 0; count < 64; count += 1) streams.watch(form, () => undefined);
  expect(() => streams.watch(form, ignore)).toThrow("64 watchers");
});

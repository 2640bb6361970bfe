import { expect, it } from "vitest";
import { parseColor, parseLayout } from "../../../../server/studio/layout.ts";
import { streamProtocols } from "../../../../server/studio/layout-source.ts";

const box = { x: 0, y: 0, width: 100, height: 50 };
const layout = (...items: object[]): string => JSON.stringify({ version: 1, items });
const refusal = (text: string): string => {
  try {
    parseLayout(text, "/views");
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return "";
};

it("a layout gets what it leaves out, and its paths begin in its folder", () => {
  const { items, ...view } = parseLayout(layout({ ...box, kind: "movie", file: "films/a.mp4" }), "/views");
  expect(view).toEqual({ width: 1920, height: 1080, fps: 30, background: 0xff000000 });
  expect(items).toEqual([
    {
      ...box,
      name: "a.mp4",
      source: { kind: "movie", file: "/views/films/a.mp4" },
      fit: "contain",
      crop: { left: 0, top: 0, right: 0, bottom: 0 },
      opacity: 1,
      hidden: false,
      border: null,
      fade: 0,
    },
  ]);
});

it.each([
  ["{", "layout must be JSON: "],
  ["[]", "layout must be an object."],
  ['{"version": 2, "items": []}', "layout.version must be 1."],
  ['{"version": 1, "items": {}}', "layout.items must be a list of at most 64 items."],
  ['{"version": 1, "width": 641, "items": []}', "layout.width must be an even number."],
  ['{"version": 1, "colour": 1, "items": []}', "layout.colour is unknown. There are version, width"],
  ['{"version": 1, "fps": 0, "items": []}', "layout.fps must be a whole number from 1 to 120."],
  [
    layout({ ...box, kind: "picture" }),
    "layout.items[0].kind must be one of room, movie, image, page, camera, stream, text, clock.",
  ],
  [layout({ ...box, kind: "movie" }), "layout.items[0].file must be text of 1 to 2048 characters."],
  [layout({ ...box, kind: "movie", file: "a", device: "/dev/x" }), "layout.items[0].device is of no use for a movie."],
  [layout({ ...box, kind: "image", file: "a", with: 1 }), "layout.items[0].with is unknown."],
  [
    layout({ ...box, kind: "image", file: "a", width: 1.5 }),
    "layout.items[0].width must be a whole number from 2 to 4096.",
  ],
  [layout({ ...box, kind: "image", file: "a", opacity: 2 }), "layout.items[0].opacity must be a number from 0 to 1."],
  [
    layout({ ...box, kind: "image", file: "a", fit: "fill" }),
    "layout.items[0].fit must be one of contain, cover, stretch.",
  ],
  [
    layout({ ...box, kind: "image", file: "a", crop: { left: 0.6, right: 0.5 } }),
    "layout.items[0].crop.left and layout.items[0].crop.right must leave",
  ],
  [
    layout({ ...box, kind: "image", file: "a", border: { color: "red" } }),
    "layout.items[0].border.color must be a colour as #rgb or #rrggbb.",
  ],
  [layout({ ...box, kind: "room", room: "a b" }), "layout.items[0].room must be a name of 1 to 64 letters"],
  [
    layout({ ...box, kind: "camera", device: "/etc/passwd" }),
    "layout.items[0].device must be a device as /dev/video0.",
  ],
  [layout({ ...box, kind: "clock", zone: "Mars" }), "layout.items[0].zone must be a time zone as Europe/Berlin."],
  [
    layout({ ...box, kind: "page", address: "javascript:alert(1)" }),
    "layout.items[0].address must be a file of HTML, or an address as https://host/page.",
  ],
  [
    layout({ ...box, kind: "text", text: "a" }, { ...box, kind: "text", text: "b" }),
    "layout.items[1].name must be of one item alone.",
  ],
])("%s is refused with the field and its rule", (text, sentence) => {
  expect(refusal(text)).toContain(sentence);
});

it.each(["file:///etc/passwd", "concat:a|b", "pipe:0", "data:video/mp4;base64,AA", "/a.mp4", "http://", "rtmp://a b"])(
  "%s is no stream (UL1)",
  (address) => {
    const known = "rtmp, rtmps, rtsp, rtsps, srt, udp, http, https";
    expect(refusal(layout({ ...box, kind: "stream", address }))).toBe(
      `layout.items[0].address must be an address of ${known}, with a host.`,
    );
  },
);

it("no stream may open files (UL1)", () => {
  for (const allowed of Object.values(streamProtocols)) expect(allowed.split(",")).not.toContain("file");
});

it("colours have their red lowest, as pixels do", () => {
  expect(parseColor("color", "#123456").toString(16)).toBe("ff563412");
  expect(parseColor("color", "#fa0").toString(16)).toBe("ff00aaff");
});

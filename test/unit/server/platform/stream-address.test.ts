/** Addresses of what is sent on: which are ones, and that their secrets show nowhere. */

import { describe, expect, test } from "vitest";
import { inWordsOfCommandLine, parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { parseOutputAddress, shownAddress } from "../../../../server/platform/stream-address.ts";
import { isOpenToAll } from "../../../../server/platform/whip-address.ts";

test.each([
  ["rtmp://a.example/live2/k-1", { host: "a.example", port: 1935, app: "live2", key: "k-1", isSecure: false }],
  [
    "rtmps://b.example:443/rtmp/FB-1?s_bl=1&s_sc=2",
    { port: 443, app: "rtmp", key: "FB-1?s_bl=1&s_sc=2", isSecure: true },
  ],
  [
    "rtmp://[::1]:1936/app/instance/key",
    { host: "::1", port: 1936, app: "app/instance", base: "rtmp://[::1]:1936/app/instance" },
  ],
  [
    "srt://c.example:9000?streamid=publish:a&passphrase=0123456789",
    { port: 9000, options: { streamid: "publish:a", passphrase: "0123456789" } },
  ],
  [
    "whip+https://tok%2Ben@a.example/live/whip?id=7",
    { kind: "whip", endpoint: "https://a.example/live/whip?id=7", token: "tok+en", isHere: false },
  ],
  ["whip+https://name:word@a.example:8443", { endpoint: "https://a.example:8443/", token: "name:word" }],
  ["WHIP+HTTP://[::1]:8889/whip", { endpoint: "http://[::1]:8889/whip", token: null, isHere: true }],
  ["whip+http://localhost/whip", { endpoint: "http://localhost/whip", isHere: true }],
])("%s", (text, parts) => {
  expect(parseOutputAddress(text)).toMatchObject(parts);
});

test.each([
  "http://a.example/live/key",
  "rtmp://a.example/key",
  "rtmp:///live/key",
  "rtmp://name:word@a.example/live/key",
  "rtmp://a.example/live/",
  "rtmp://a.example/live/key\n",
  "srt://a.example",
  "srt://a.example:9000?mode=listener",
  "srt://a.example:9000/path",
  "srt://a.example:9000?passphrase=0123456789%26mode=listener",
  "file:///etc/passwd",
  "whip://a.example/whip",
  "whip+ftp://a.example/whip",
  "whip+https://",
  "whip+https://a.example/whip#here",
  "whip+https://to%0D%0Aken@a.example/whip",
  "whip+https://%E0%A4%A@a.example/whip",
  `whip+https://a.example/${"k".repeat(3000)}`,
  `rtmp://a.example/live/${"k".repeat(3000)}`,
])("%s is none", (text) => {
  expect(parseOutputAddress(text)).toBeNull();
});

describe("secrets", () => {
  test.each([
    ["rtmp://a.example/live2/the-secret?more=the-secret", "rtmp://a.example/live2/•••"],
    ["rtmps://a.example:444/live2/the-secret", "rtmps://a.example:444/live2/•••"],
    ["srt://a.example:9000?streamid=the-secret&passphrase=the-secret", "srt://a.example:9000?•••"],
    ["srt://a.example:9000", "srt://a.example:9000"],
    ["ftp://the-secret", "•••"],
    ["whip+https://the-secret@a.example:8443/the-secret?the-secret", "whip+https://a.example:8443/•••"],
    ["whip+https://the-secret@a.example", "whip+https://a.example/•••"],
    ["whip+http://a.example/?the-secret", "whip+http://a.example/•••"],
    ["whip+https://a.example", "whip+https://a.example"],
  ])("%s is shown as %s", (text, shown) => {
    expect(shownAddress(text)).toBe(shown);
  });

  test.each([
    ["whip+http://a.example/•••", true],
    ["whip+http://192.168.1.9:8889/•••", true],
    ["whip+http://127.0.0.1:8889/•••", false],
    ["whip+http://[::1]/•••", false],
    ["whip+https://a.example/•••", false],
    ["rtmp://a.example/live/•••", false],
  ])("of %s it is warned: %s", (shown, isWarned) => {
    expect(isOpenToAll(shown)).toBe(isWarned);
  });

  test("no error of a bad address repeats it", () => {
    const outputs = ["rtmp://a.example/the-secret"];
    expect(() => resolveOptions({ scene: "a.ts", outputs })).toThrow(
      /^Each of options\.outputs must be an address as rtmp/,
    );
    expect(() => resolveOptions({ scene: "a.ts", outputs })).not.toThrow(/the-secret/);
    expect(inWordsOfCommandLine("Each of options.outputs must be …")).toBe("--output must be …");
  });

  test("they may come by the environment, which shows in no list of processes", () => {
    const environment = { SCENECAST_OUTPUT: "rtmp://a.example/live/k1  srt://a.example:9000" };
    const command = parseCommandLine(["a.ts", "--output", "rtmp://b.example/live/k2"], environment);
    expect(command).toMatchObject({
      options: { outputs: ["rtmp://b.example/live/k2", "rtmp://a.example/live/k1", "srt://a.example:9000"] },
    });
  });
});

test("outputs are for the shared room of one scene, and at most eight", () => {
  const outputs = ["rtmp://a.example/live/key"];
  expect(resolveOptions({ scene: "a.ts", outputs }).outputs).toEqual(outputs);
  expect(() => resolveOptions({ scenes: { a: "a.ts" }, outputs })).toThrow(/options\.outputs must be left out/);
  expect(() => resolveOptions({ scene: "a.ts", rooms: { kind: "private" }, outputs })).toThrow(/must be left out/);
  expect(() => resolveOptions({ scene: "a.ts", outputs: Array.from({ length: 9 }, () => outputs[0] ?? "") })).toThrow(
    /at most 8/,
  );
});

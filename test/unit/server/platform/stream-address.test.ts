/** Addresses of what is sent on: which are ones, and that their secrets show nowhere. */

import { describe, expect, test } from "vitest";
import { inWordsOfCommandLine, parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { parseStreamAddress, shownAddress } from "../../../../server/platform/stream-address.ts";

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
])("%s", (text, parts) => {
  expect(parseStreamAddress(text)).toMatchObject(parts);
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
  `rtmp://a.example/live/${"k".repeat(3000)}`,
])("%s is none", (text) => {
  expect(parseStreamAddress(text)).toBeNull();
});

describe("secrets", () => {
  test.each([
    ["rtmp://a.example/live2/the-secret?more=the-secret", "rtmp://a.example/live2/•••"],
    ["rtmps://a.example:444/live2/the-secret", "rtmps://a.example:444/live2/•••"],
    ["srt://a.example:9000?streamid=the-secret&passphrase=the-secret", "srt://a.example:9000?•••"],
    ["srt://a.example:9000", "srt://a.example:9000"],
    ["ftp://the-secret", "•••"],
  ])("%s is shown as %s", (text, shown) => {
    expect(shownAddress(text)).toBe(shown);
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

/** Owns the checks of taking a multipart response apart. */

import { expect, it } from "vitest";
import { boundaryOf, MultipartReader } from "../../../../client/streams/multipart-reader.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const contents = ["first", "x--picture\r\r\n--pic", "third, longer", "\r\n"];
const large = "x".repeat(200_000);

function responseOf(contents: readonly string[]): Uint8Array {
  const parts = contents.map((content) => `Content-Type: image/jpeg\r\n\r\n${content}\r\n--picture\r\n`);
  return bytesOf(`--picture\r\n${parts.join("")}`);
}

it("gives the parts of a response that comes at once", () => {
  expect(new MultipartReader("picture").read(responseOf(contents)).map(textOf)).toEqual(contents);
});

it.each([
  [1, contents],
  [2, contents],
  [3, contents],
  [7, contents],
  [64, [...contents, large]],
  [65_536, [...contents, large, ...contents]],
])("gives the same parts when %d bytes come at a time", (size, contents) => {
  const reader = new MultipartReader("picture");
  const bytes = responseOf(contents);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const content of reader.read(bytes.subarray(at, at + size))) found.push(textOf(content));
  }
  expect(found).toEqual(contents);
});

it("gives a part as soon as the boundary behind it is there", () => {
  const reader = new MultipartReader("picture");
  expect(reader.read(bytesOf("--picture\r\nContent-Length: 3\r\n\r\nabc\r\n--pictur"))).toEqual([]);
  expect(reader.read(bytesOf("e")).map(textOf)).toEqual(["abc"]);
});

it("reads the boundary from the content type of such a response only", () => {
  expect(boundaryOf("multipart/x-mixed-replace; boundary=picture")).toBe("picture");
  expect(boundaryOf('Multipart/X-Mixed-Replace;boundary="a b"')).toBe("a b");
  expect(boundaryOf("application/octet-stream; boundary=picture")).toBe("picture");
  expect(boundaryOf("text/html")).toBeNull();
  expect(boundaryOf(null)).toBeNull();
});

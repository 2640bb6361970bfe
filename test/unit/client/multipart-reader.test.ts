/** Owns the checks of taking a multipart response apart. */

import { expect, it } from "vitest";
import { MultipartReader } from "../../../client/multipart-reader.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const part = (content: string): string =>
  `Content-Type: image/jpeg\r\nContent-Length: ${content.length}\r\n\r\n${content}\r\n--picture\r\n`;
const response = `--picture\r\n${part("first")}${part("--picture\r\n\r\n")}${part("third, longer")}`;
const contents = ["first", "--picture\r\n\r\n", "third, longer"];

it("gives the parts of a response that comes at once", () => {
  expect(new MultipartReader().read(bytesOf(response)).map(textOf)).toEqual(contents);
});

it.each([1, 2, 3, 7, 64])("gives the same parts when %d bytes come at a time", (size) => {
  const reader = new MultipartReader();
  const bytes = bytesOf(response);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const found of reader.read(bytes.slice(at, at + size))) parts.push(textOf(found));
  }
  expect(parts).toEqual(contents);
});

it("gives a part as soon as its last byte is there", () => {
  const reader = new MultipartReader();
  expect(reader.read(bytesOf("--picture\r\nContent-Length: 3\r\n\r\nab"))).toEqual([]);
  expect(reader.read(bytesOf("c")).map(textOf)).toEqual(["abc"]);
});

it("refuses what has no length, and a header without an end", () => {
  expect(() => new MultipartReader().read(bytesOf("--picture\r\n\r\n"))).toThrow("Content-Length");
  expect(() => new MultipartReader().read(bytesOf("x".repeat(5000)))).toThrow("must end");
});

/** What a task is called in lists that others see. */

import { expect, test } from "vitest";
import { labelOf } from "../../../../server/jobs/input-label.ts";
import type { Json } from "../../../../shared/custom-message.ts";

const labelled = (value: Json): string => labelOf({ kind: "value", value }, "script");

test.each<[Json, string]>([
  [7, "7"],
  [null, "null"],
  ["", '""'],
  ["a word", "a word"],
  ["two\nlines\u2028and\tmore", "two lines and more"],
  [{ first: 0, last: 9 }, '{"first":0,"last":9}'],
  [["a", true], '["a",true]'],
  ["https://example.org/a/b.mp4", "https://example.org/a/b.mp4"],
  [{ text: "two\nlines" }, '{"text":"two\\nlines"}'],
])("a value %j is called %j", (value, label) => {
  expect(labelled(value)).toBe(label);
});

test.each<[Json, string]>([
  ["https://me:word@example.org/a?token=abc#def", "https://example.org/a?•••"],
  ["from redis://:word@host:6379#x to s3://bucket/a", "from redis://host:6379#••• to s3://bucket/a"],
  ["https://abc@def@example.org/", "https://example.org/"],
  [{ url: "https://me@h/a?sig=1", n: 1 }, '{"url":"https://h/a?•••","n":1}'],
  ["of_https://me:word@h/", "of_https://h/"],
  [{ apiKey: "abc", n: 1 }, '{"apiKey":"•••","n":1}'],
  [{ access_token: "abc" }, '{"access_token":"•••"}'],
  [{ AUTHORIZATION: ["Bearer abc"] }, '{"AUTHORIZATION":"•••"}'],
  [{ in: { db: { password: "abc", "X-Api-Key": 12 } } }, '{"in":{"db":{"password":"•••","X-Api-Key":"•••"}}}'],
  [{ password: null, secret: "" }, '{"password":null,"secret":""}'],
  [{ keyboard: 1, monkey: 2, author: 3 }, '{"keyboard":1,"monkey":2,"author":3}'],
])("IB1 what lets in does not show: %j is called %j", (value, label) => {
  expect(labelled(value)).toBe(label);
});

test("IB1 a long value is cut to a line of 60 characters, behind what is left out of it", () => {
  expect(labelled("a".repeat(100_000))).toBe(`${"a".repeat(59)}…`);
  const label = labelled({ url: `https://h/?${"x".repeat(100)}`, more: "b".repeat(100) });
  expect([label.length, label.slice(0, 30)]).toEqual([60, '{"url":"https://h/?•••","more"']);
});

test("however long a value is, its label is made soon", () => {
  const begun = performance.now();
  for (const part of ["a.", "a://", "https://", "aB", "@", "?#", " \n"])
    labelled({ [part.repeat(50_000)]: part.repeat(200_000) });
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("a file is called by its name, and what is filmed by its title", () => {
  expect(labelOf({ kind: "file", path: "/home/me/a b.mp4" }, "script")).toBe("a b.mp4");
  expect(labelOf({ kind: "value", value: { title: "Alps", address: "https://a@h/?b" } }, "film")).toBe("Alps");
});

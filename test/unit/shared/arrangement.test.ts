import { expect, it } from "vitest";
import { parseFromStudio, parseToStudio } from "../../../shared/arrangement.ts";

it("what is no message for a studio is nothing to it", () => {
  for (const data of [null, 1, "open", [], {}, { studio: "close" }]) expect(parseToStudio(data)).toBe(null);
  expect(parseFromStudio({ vote: 1 })).toBe(null);
});

it("a change has known fields alone, within their bounds", () => {
  const change = { name: "a", x: 1, y: -2, width: 20, height: 20, hidden: true, opacity: 0.5, order: 3 };
  const sent = { studio: "change", changes: [{ ...change, source: { kind: "image", file: "/etc/passwd" } }] };
  expect(parseToStudio(sent)).toEqual({ studio: "change", changes: [change] });
  const refused = [
    { x: 1 },
    { name: "a", x: 0.5 },
    { name: "a", width: 1 },
    { name: "a", opacity: 2 },
    { name: "a", order: -1 },
  ];
  for (const one of refused) expect(() => parseToStudio({ studio: "change", changes: [one] })).toThrow(TypeError);
  expect(() => parseToStudio({ studio: "change" })).toThrow("message.changes must be a list.");
});

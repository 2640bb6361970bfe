import { expect, test } from "vitest";
import { boolean, fieldsOf, texts, wholeNumber } from "../../../server/platform/option-checks.ts";
import { KnownOptions, valueMeant } from "../../checks/known-options.ts";

const known = new KnownOptions(resolve, { scene: "a" });

function resolve(options: unknown): unknown {
  const top = fieldsOf("options", options, ["scene", "watch", "http"]);
  const http = fieldsOf("options.http", top["http"] ?? {}, ["port", "hosts", "size"]);
  const size = fieldsOf("options.http.size", http["size"] ?? { width: 2 }, ["width"]);
  return {
    watch: boolean("options.watch", top["watch"] ?? false),
    port: wholeNumber("options.http.port", http["port"] ?? 8080, 0, 65_535),
    hosts: texts("options.http.hosts", http["hosts"], { max: 8, rule: "a name", fits: () => false }),
    width: wholeNumber("options.http.size.width", size["width"], 1, 9),
  };
}

test("the options are those that the code does not call unknown", () => {
  expect(known.paths()).toEqual(["scene", "watch", "http.port", "http.hosts", "http.size"]);
});

test("a rule is what the code says when it is broken", () => {
  expect(known.rule("watch")).toBe("true or false");
  expect(known.rule("http.port")).toBe("a whole number from 0 to 65535");
  expect(known.rule("http.hosts")).toBe("a list of at most 8, each a name");
  expect(known.rule("http.size")).toBe("width: a whole number from 1 to 9");
});

test("a default is what makes no difference when it is given", () => {
  expect(known.isDefault("http.port", 8080)).toBe(true);
  expect(known.isDefault("http.port", 8081)).toBe(false);
  expect(known.isDefault("watch", false)).toBe(true);
});

test.each([
  ["8 000 000", 8_000_000],
  ["86 400, a day", 86_400],
  ['`"auto"`', "auto"],
  ["true", true],
  ["1280x720", { width: 1280, height: 720 }],
  ["none", undefined],
  ["a random one where nothing else is said", undefined],
])("%s in a doc string means %j", (text, value) => {
  expect(valueMeant(text)).toEqual(value);
});

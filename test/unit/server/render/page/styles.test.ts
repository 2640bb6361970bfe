/** The style that elements have: of sheets, of their own, inherited; and the text of sheets. */

import { beforeEach, expect, test } from "vitest";
import { InputElement } from "../../../../../server/render/page/input-element.ts";
import { mediaTest, rulesOf, specificityOf } from "../../../../../server/render/page/styles/style-text.ts";

let element: InputElement;

beforeEach(() => {
  element = new InputElement(
    { width: 800, height: 400 },
    { onError: () => undefined, onFrameRequested: () => undefined },
  );
});

function computed(sheet: string, html: string, selector: string): Record<string, string> {
  const document = element.ownerDocument;
  const style = document.createElement("style");
  style.textContent = sheet;
  document.head?.append(style);
  const box = document.createElement("div");
  box.innerHTML = html;
  document.body?.append(box);
  const found = box.querySelector(selector);
  if (found === null) throw new Error("There is no such element.");
  return document.defaultView.getComputedStyle(found) as Record<string, string>;
}

test("the stronger selector counts, then the later rule, the element's own style, and what is important", () => {
  const sheet =
    "p.a { color: red } p { color: blue } .b { margin: 1px } .b { margin: 2px 3px } #x { top: 1px !important }";
  const style = computed(sheet, '<p class="a b" id="x" style="top: 5px; left: 6px">x</p>', "p");
  expect([style["color"], style["marginTop"], style["marginLeft"], style["top"], style["left"]]).toEqual([
    "red",
    "2px",
    "3px",
    "1px",
    "6px",
  ]);
});

test("fonts and colours are inherited, sizes count from the parent's, variables stand for parts of short forms", () => {
  const sheet = ":root { --line: 2px solid red } .out { font: italic bold 20px/1.5 Arial, sans-serif; color: lime }";
  const html =
    '<div class="out"><b style="font-size: 0.5em; border: var(--line, none); padding: var(--none, 3px)">x</b></div>';
  const style = computed(sheet, html, "b");
  expect([style["fontSize"], style["fontStyle"], style["fontFamily"], style["color"], style["lineHeight"]]).toEqual([
    "10px",
    "italic",
    "Arial, sans-serif",
    "lime",
    "1.5",
  ]);
  expect([style["borderLeftWidth"], style["borderTopColor"], style["paddingRight"]]).toEqual(["2px", "red", "3px"]);
  expect((style as unknown as CSSStyleDeclaration).getPropertyValue("--line")).toBe("2px solid red");
});

test("what a sheet has besides rules is passed over, and conditions are asked of the picture", () => {
  const text = `@import "x.css"; /* { */ @font-face { font-family: A } @keyframes k { from { top: 0 } }
    @media (min-width: 700px) and (max-height: 500px) { a { top: 1px } } @media print { a { top: 2px } }
    a[title="}"], b > c { left: 1px }`;
  const rules = rulesOf(text, mediaTest({ width: 800, height: 400 }));
  expect(rules.map(({ selectors, declarations }) => [selectors, declarations])).toEqual([
    [["a"], [["top", "1px"]]],
    [['a[title="}"]', "b > c"], [["left", "1px"]]],
  ]);
  const ranked = ["a", "a:hover", ".b", "a.b", "#c", "a::before"].map(specificityOf);
  expect(ranked).toEqual([1, 1001, 1000, 1001, 1_000_000, 2]);
});

/**
 * Owns which style an element has: of the browser, of the page's sheets and of its own `style`, with what it inherits. As much of
 * CSS's cascade as labels need (CSS Cascade 4). In the render thread.
 */

import type { PageElement } from "../dom/page-element.ts";
import { fontPixels } from "./lengths.ts";
import { longhands } from "./longhands.ts";
import type { StyleSheets } from "./style-sheets.ts";
import { splitTop } from "./style-text.ts";

/** The long forms of all that is set for an element or inherited, `font-size` in pixels. */
export type ComputedStyle = ReadonlyMap<string, string>;

type Declaration = readonly [name: string, value: string];

const IMPORTANT = /\s*!\s*important\s*$/i;

type View = { readonly width: number; readonly height: number };

const inherited =
  /^(?:color|font-(?:family|size|style|weight)|line-height|text-(?:align|shadow|transform|indent)|white-space|visibility|letter-spacing|word-spacing|pointer-events|cursor|overflow-wrap|word-break|word-wrap|--.*)$/;

const initial: ComputedStyle = new Map([
  ["color", "black"],
  ["font-family", '"Times New Roman"'],
  ["font-size", "16px"],
  ["font-style", "normal"],
  ["font-weight", "normal"],
  ["line-height", "normal"],
  ["text-align", "start"],
  ["white-space", "normal"],
  ["visibility", "visible"],
]);

const blocks =
  "div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd section article header footer main nav aside figure figcaption pre blockquote hr form table tr";
const heading = (size: string, margin: string): string =>
  `display:block;font-weight:bold;font-size:${size};margin:${margin} 0`;
const byName: Readonly<Record<string, string>> = {
  ...Object.fromEntries(blocks.split(" ").map((name) => [name, "display:block"])),
  ...{ h1: heading("2em", "0.67em"), h2: heading("1.5em", "0.83em"), h3: heading("1.17em", "1em") },
  ...{ h4: heading("1em", "1.33em"), h5: heading("0.83em", "1.67em"), h6: heading("0.67em", "2.33em") },
  ...{
    p: "display:block;margin:1em 0",
    pre: "display:block;white-space:pre;font-family:monospace;font-size:13px;margin:1em 0",
  },
  ...{ b: "font-weight:bold", strong: "font-weight:bold", i: "font-style:italic", em: "font-style:italic" },
  ...{
    code: "font-family:monospace;font-size:0.8125em",
    kbd: "font-family:monospace",
    small: "font-size:smaller",
    big: "font-size:larger",
  },
  ...{
    u: "text-decoration:underline",
    s: "text-decoration:line-through",
    a: "text-decoration:underline;color:#0000ee",
  },
  ...{ script: "display:none", style: "display:none", template: "display:none", head: "display:none" },
};

export class Cascade {
  readonly #sheets: StyleSheets;
  readonly #view: () => View;

  constructor(sheets: StyleSheets, view: () => View) {
    this.#sheets = sheets;
    this.#view = view;
  }

  /** The style of an element; `parent` is that of its parent, which is asked for where it is left out. */
  styleOf(element: PageElement, parent: ComputedStyle = this.parentStyleOf(element)): ComputedStyle {
    const style = new Map([...parent].filter(([name]) => inherited.test(name)));
    const declarations = this.#declarationsFor(element);
    for (const [name, value] of declarations) if (name.startsWith("--")) style.set(name, value);
    // What a variable stands for may be several parts of a short form.
    const declared = new Map(
      declarations
        .filter(([name]) => !name.startsWith("--"))
        .flatMap(([name, value]) => longhands(name, withVariables(value, style))),
    );
    const size = declared.get("font-size");
    if (size !== undefined) this.#setFontSize(style, parent, size);
    for (const [name, value] of declared) if (name !== "font-size") setValue(style, parent, name, value);
    return style;
  }

  /** What an element inherits from. */
  parentStyleOf(element: PageElement): ComputedStyle {
    const { parentElement } = element;
    return parentElement === null ? initial : this.styleOf(parentElement as PageElement);
  }

  #setFontSize(style: Map<string, string>, parent: ComputedStyle, size: string): void {
    const before = Number.parseFloat(parent.get("font-size") ?? "16");
    style.set("font-size", `${fontPixels(size, before, this.#view())}px`);
  }

  /** What is declared for an element, the weakest first. */
  #declarationsFor(element: PageElement): Declaration[] {
    void this.#sheets.version;
    const ofBrowser = `${byName[element.localName] ?? ""}${element.hasAttribute("hidden") ? ";display:none" : ""}`;
    const own = element.getAttribute("style") === null ? [] : namesIn(element);
    const all = [...pairs(ofBrowser), ...this.#sheets.declarationsFor(element), ...own];
    const strong = all.filter(([, value]) => IMPORTANT.test(value));
    const weak = all.filter(([, value]) => !IMPORTANT.test(value));
    return [...weak, ...strong.map(([name, value]): Declaration => [name, value.replace(IMPORTANT, "")])];
  }
}

function setValue(style: Map<string, string>, parent: ComputedStyle, name: string, value: string): void {
  if (!/^(?:inherit|initial|unset|revert)$/.test(value)) {
    style.set(name, value);
    return;
  }
  const isOfParent = value === "inherit" || (value !== "initial" && inherited.test(name));
  const kept = (isOfParent ? parent.get(name) : undefined) ?? initial.get(name);
  if (kept === undefined) style.delete(name);
  else style.set(name, kept);
}

function namesIn({ style }: PageElement): Declaration[] {
  return Array.from({ length: style.length }, (_, at) => style.item(at)).map((name) => [
    name,
    style.getPropertyValue(name),
  ]);
}

function pairs(text: string): Declaration[] {
  return text
    .split(";")
    .filter(Boolean)
    .map((part) => [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)]);
}

/** With the values of the custom properties that a value names (CSS Variables 1). */
function withVariables(text: string, style: ComputedStyle, depth: number = 0): string {
  const at = text.indexOf("var(");
  if (at < 0 || depth > 16) return text;
  let [end, open] = [at + 4, 1];
  for (; end < text.length && open > 0; end += 1) open += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
  const [name = "", ...fallback] = splitTop(text.slice(at + 4, end - 1), ",");
  const value = style.get(name) ?? fallback.join(", ");
  return withVariables(text.slice(0, at) + value + text.slice(end), style, depth + 1);
}

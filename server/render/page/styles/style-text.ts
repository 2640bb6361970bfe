/**
 * Owns how the text of a style sheet becomes rules. Conditions of width and height are asked of the picture; what else a sheet may
 * hold, such as animations, is left out. Pure; in the render thread.
 */

import { declarationsOf } from "../dom/style-declaration.ts";

/** A selector with what it sets. */
export type StyleRule = {
  readonly selectors: readonly string[];
  readonly declarations: readonly (readonly [name: string, value: string])[];
};

/** Whether a condition of `@media` holds. */
export type MediaTest = (condition: string) => boolean;

type Block = { readonly prelude: string; readonly body: string };

/** The rules of a sheet, in their order; those of `@media` that hold, those of `@layer` and `@supports` always. */
export function rulesOf(text: string, holds: MediaTest): StyleRule[] {
  return blocksOf(text.replace(/\/\*[\s\S]*?\*\//g, "")).flatMap(({ prelude, body }): StyleRule[] => {
    const [, name, condition = ""] = /^@([\w-]+)\s*([\s\S]*)$/.exec(prelude) ?? [];
    switch (name) {
      case undefined:
        return [{ selectors: splitTop(prelude, ","), declarations: declarationsOf(body) }];
      case "media":
        return holds(condition) ? rulesOf(body, holds) : [];
      case "layer":
      case "supports":
        return rulesOf(body, holds);
      default:
        return [];
    }
  });
}

/** The blocks at the top of a text, each with what stands before it. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let [depth, from, bodyFrom] = [0, 0, 0];
  let prelude = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"' || char === "'") at = endOfString(text, at);
    else if (char === ";" && depth === 0) from = at + 1;
    else if (char === "{") {
      if (depth === 0) [prelude, bodyFrom] = [text.slice(from, at).trim(), at + 1];
      depth += 1;
    } else if (char === "}" && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      blocks.push({ prelude, body: text.slice(bodyFrom, at) });
      from = at + 1;
    }
  }
  return blocks;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[from]) return at;
  }
  return text.length;
}

/** The parts of a value between `separator`s that stand in no brackets, without blanks around them. */
export function splitTop(text: string, separator: "," | " " | "/"): string[] {
  const parts: string[] = [];
  let [depth, part] = [0, ""];
  for (const char of text) {
    if (char === "(" || char === "[") depth += 1;
    if (char === ")" || char === "]") depth -= 1;
    const isBreak = separator === " " ? /\s/.test(char) : char === separator;
    if (isBreak && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += char;
  }
  parts.push(part.trim());
  return parts.filter((one) => one !== "");
}

/** Whether a condition holds on a screen of this size: its types, and widths and heights in pixels. */
export function mediaTest({ width, height }: { readonly width: number; readonly height: number }): MediaTest {
  const holdsOne = (part: string): boolean => {
    if (/^(?:only\s+)?(?:all|screen)$/.test(part)) return true;
    const [, bound, side, pixels] = /^\(\s*(min|max)-(width|height)\s*:\s*([\d.]+)px\s*\)$/.exec(part) ?? [];
    const size = side === "width" ? width : height;
    if (bound === undefined) return false;
    return bound === "min" ? size >= Number(pixels) : size <= Number(pixels);
  };
  return (condition) =>
    splitTop(condition.toLowerCase(), ",").some((query) =>
      query.split(/\s+and\s+/).every((part) => holdsOne(part.trim())),
    );
}

/** How a selector ranks: the numbers of ids, of classes and the like, and of names (Selectors 4, section 17). */
export function specificityOf(selector: string): number {
  const bare = selector.replace(/:(?:where)\([^)]*\)/g, "").replace(/:(?:not|is|has)\(/g, " ");
  const count = (pattern: RegExp): number => bare.match(pattern)?.length ?? 0;
  const classes = count(/\.[\w-]+|\[[^\]]*\]|(?<!:):[\w-]+/g);
  const names = count(/(?:^|[\s>+~(])[a-z][\w-]*|::[\w-]+/gi);
  return count(/#[\w-]+/g) * 1_000_000 + classes * 1000 + names;
}

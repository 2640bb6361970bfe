/** Owns what the short forms of CSS stand for: `border`, `font`, `padding` and the like, as far as labels need them. Pure. */

import { splitTop } from "./style-text.ts";

type Declaration = readonly [name: string, value: string];

const sides = ["top", "right", "bottom", "left"] as const;
const lineStyles = /^(?:none|hidden|solid|dashed|dotted|double|groove|ridge|inset|outset)$/;
const notColours =
  /^(?:none|url\(.*|[\w-]*gradient\(.*|repeat.*|no-repeat|scroll|fixed|local|center|top|left|right|bottom|cover|contain|auto|(?:border|padding|content)-box|\/.*|-?[\d.]+(?:px|%|em|rem)?)$/i;

/** The long forms of a declaration; one of a long form is its own. */
export function longhands(name: string, value: string): readonly Declaration[] {
  if (/^(?:inherit|initial|unset|revert)$/.test(value)) return namesOf(name).map((one) => [one, value]);
  switch (name) {
    case "padding":
    case "margin":
      return onSides(name, "", value);
    case "border-width":
    case "border-style":
    case "border-color":
      return onSides("border", name.slice(6), value);
    case "border":
      return sides.flatMap((side) => borderOf(side, value));
    case "border-top":
    case "border-right":
    case "border-bottom":
    case "border-left":
      return borderOf(name.slice(7), value);
    case "background":
      return [["background-color", splitTop(value, " ").findLast((part) => !notColours.test(part)) ?? "transparent"]];
    case "font":
      return fontOf(value);
    case "text-decoration":
      return [["text-decoration-line", /underline|line-through|overline/.exec(value)?.[0] ?? "none"]];
    default:
      return [[name, value]];
  }
}

function namesOf(name: string): readonly string[] {
  switch (name) {
    case "padding":
    case "margin":
      return sides.map((side) => `${name}-${side}`);
    case "border":
      return sides.flatMap((side) => ["width", "style", "color"].map((part) => `border-${side}-${part}`));
    case "font":
      return ["font-style", "font-weight", "font-size", "line-height", "font-family"];
    case "background":
      return ["background-color"];
    default:
      return [name];
  }
}

function onSides(before: string, after: string, value: string): Declaration[] {
  const parts = splitTop(value, " ");
  const [top = "0", right = top, bottom = top, left = right] = parts;
  const values = { top, right, bottom, left };
  return sides.map((side) => [`${before}-${side}${after}`, values[side]]);
}

function borderOf(side: string, value: string): Declaration[] {
  const parts = splitTop(value, " ");
  const style = parts.find((part) => lineStyles.test(part)) ?? "none";
  const width = parts.find((part) => /^(?:[\d.]+[a-z]*|thin|medium|thick)$/i.test(part)) ?? "medium";
  const colour = parts.find((part) => part !== style && part !== width) ?? "currentcolor";
  return [
    [`border-${side}-width`, width],
    [`border-${side}-style`, style],
    [`border-${side}-color`, colour],
  ];
}

const sizes =
  /^(?:[\d.]+(?:px|em|rem|pt|%|vw|vh|vmin|vmax)|(?:x{1,3}-)?(?:small|large)|medium|smaller|larger)(?:\/.*)?$/i;

function fontOf(value: string): Declaration[] {
  const parts = splitTop(value.replace(/\s*\/\s*/g, "/"), " ");
  const at = parts.findIndex((part) => sizes.test(part));
  if (at < 0) return [];
  const before = parts.slice(0, at);
  const [size = "medium", line = "normal"] = (parts[at] ?? "").split("/");
  return [
    ["font-style", before.find((part) => /^(?:italic|oblique)$/.test(part)) ?? "normal"],
    ["font-weight", before.find((part) => /^(?:bold|bolder|lighter|[1-9]00)$/.test(part)) ?? "normal"],
    ["font-size", size],
    ["line-height", line],
    ["font-family", parts.slice(at + 1).join(" ")],
  ];
}

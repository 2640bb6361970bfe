/**
 * Owns how an element and what is in it are laid out: blocks under each other, lines of text and images, rows of flex boxes. As much
 * of CSS's layout as labels need. In the render thread.
 */

import { isElement, type PageElement } from "../dom/page-element.ts";
import { nodeTypes, type PageNode } from "../dom/page-node.ts";
import { ImageElement } from "../images/image-element.ts";
import type { Cascade, ComputedStyle } from "../styles/cascade.ts";
import { type LengthBase, pixels } from "../styles/lengths.ts";
import { type Box, boxOf, boxPaint, clampSize, isBorderBox, type Paint } from "./box.ts";
import { type InlineItem, layLines, type SpanPaint, type TextAlign, type WhiteSpace } from "./inline-flow.ts";
import { reachOf, type TextStyle, textStyleOf } from "./text-style.ts";

/** Something that was laid out, from its left upper corner on. */
export type Laid = {
  readonly width: number;
  readonly height: number;
  readonly baseline: number;
  readonly paint: Paint;
};

type Contents = Omit<Laid, "paint"> & { readonly paints: readonly Paint[] };

const isBlockLike = /^(?:block|flex|grid|table|list-item|flow-root)$/;
const isAtomic = /^inline-(?:block|flex|grid|table)$/;
const spaces = new Set(["normal", "nowrap", "pre", "pre-wrap", "pre-line"]);

export class BlockFlow {
  readonly #cascade: Cascade;
  readonly #view: LengthBase["view"];
  /** Of what is laid out, which is asked for more than once: widths are tried before they are taken. */
  readonly #styles = new Map<PageElement, ComputedStyle>();
  #reach = 0;

  constructor(cascade: Cascade, view: LengthBase["view"]) {
    this.#cascade = cascade;
    this.#view = view;
  }

  /** How far outside of the boxes the shadows reach that were laid out so far, in pixels. */
  get reach(): number {
    return Math.ceil(this.#reach);
  }

  /**
   * The border box of an element with what is in it; `available` wide at most, or, where it `fills`, just so wide with its
   * margins, unless its style says otherwise.
   */
  lay(element: PageElement, style: ComputedStyle, available: number, fills: boolean): Laid {
    const base = this.#base(style, Number.isFinite(available) ? available : null);
    const box = boxOf(style, base);
    const edges = box.inner.left + box.inner.right;
    const room = Math.max(0, available - box.margin.left - box.margin.right - edges);
    const fixed = this.#contentSize(style, "width", base, edges);
    const isFilled = fills && Number.isFinite(available);
    const wanted =
      fixed ?? (isFilled ? room : Math.min(room, this.#contents(element, style, Number.POSITIVE_INFINITY).width));
    const width = clampSize(wanted, style, "width", base, edges, isBorderBox(style));
    const contents = this.#contents(element, style, width);
    const ends = box.inner.top + box.inner.bottom;
    const height = clampSize(
      this.#contentSize(style, "height", { ...base, whole: null }, ends) ?? contents.height,
      style,
      "height",
      base,
      ends,
      isBorderBox(style),
    );
    return this.#boxed(style, box, base, contents, width + edges, height + ends);
  }

  #boxed(style: ComputedStyle, box: Box, base: LengthBase, contents: Contents, width: number, height: number): Laid {
    const { left, top } = box.inner;
    const own = boxPaint(style, box, { width: Math.round(width), height: Math.round(height) }, base);
    this.#reach = Math.max(this.#reach, own?.reach ?? 0);
    const opacity = Number(style.get("opacity") ?? 1);
    const isHidden = style.get("visibility") !== "visible";
    const paint: Paint = (context, x, y) => {
      const before = context.globalAlpha;
      context.globalAlpha = before * (Number.isFinite(opacity) ? opacity : 1);
      if (!isHidden) own?.paint(context, x, y);
      for (const one of contents.paints) one(context, x + left, y + top);
      context.globalAlpha = before;
    };
    return { width, height, baseline: top + contents.baseline, paint };
  }

  #contents(element: PageElement, style: ComputedStyle, width: number): Contents {
    return /flex/.test(style.get("display") ?? "") && !/column/.test(style.get("flex-direction") ?? "")
      ? this.#row(element, style)
      : this.#blocks(element, style, width);
  }

  /** Blocks and lines under each other. */
  #blocks(element: PageElement, style: ComputedStyle, width: number): Contents {
    const paints: Paint[] = [];
    let [used, y, baseline, marginBefore] = [0, 0, 0, 0];
    const put = (laid: Omit<Laid, "paint">, left: number, ownPaints: readonly Paint[]): void => {
      const top = y;
      for (const paint of ownPaints) paints.push((context, x, down) => paint(context, x + left, down + top));
      used = Math.max(used, laid.width);
      baseline = y + laid.baseline;
      y += laid.height;
    };
    for (const part of this.#parts(element, style)) {
      if ("items" in part) {
        const lines = layLines(part.items, width, alignOf(style), this.#textStyle(style));
        y += marginBefore;
        marginBefore = 0;
        put(lines, 0, lines.paints);
        continue;
      }
      const { margin } = boxOf(part.style, this.#base(part.style, Number.isFinite(width) ? width : null));
      const laid = this.lay(part.element, part.style, width, true);
      y += Math.max(margin.top, marginBefore);
      put({ ...laid, width: laid.width + margin.left + margin.right }, margin.left, [laid.paint]);
      marginBefore = margin.bottom;
    }
    return { width: used, height: y + marginBefore, baseline, paints };
  }

  /** The boxes of a row of flex, each as wide as it must be. */
  #row(element: PageElement, style: ComputedStyle): Contents {
    const gap =
      pixels((style.get("column-gap") ?? style.get("gap"))?.split(/\s+/).at(-1), this.#base(style, null)) ?? 0;
    const laid = this.#parts(element, style).map((part) => {
      if (!("items" in part)) {
        const { margin } = boxOf(part.style, this.#base(part.style, null));
        return { ...this.lay(part.element, part.style, Number.POSITIVE_INFINITY, false), margin };
      }
      const lines = layLines(part.items, Number.POSITIVE_INFINITY, "left", this.#textStyle(style));
      const paint: Paint = (context, x, y) => {
        for (const one of lines.paints) one(context, x, y);
      };
      return { ...lines, paint, margin: { top: 0, right: 0, bottom: 0, left: 0 } };
    });
    const height = Math.max(0, ...laid.map((one) => one.height + one.margin.top + one.margin.bottom));
    const isCentred = style.get("align-items") === "center";
    let x = 0;
    const paints = laid.map(({ width, height: own, margin, paint }): Paint => {
      const left = x + margin.left;
      const top = margin.top + (isCentred ? (height - own - margin.top - margin.bottom) / 2 : 0);
      x = left + width + margin.right + gap;
      return (context, atX, atY) => paint(context, atX + left, atY + top);
    });
    return { width: Math.max(0, x - gap), height, baseline: laid[0]?.baseline ?? 0, paints };
  }

  /** The children in runs: of what stands on lines, and single blocks. */
  #parts(element: PageElement, style: ComputedStyle): ({ readonly items: InlineItem[] } | Child)[] {
    const parts: ({ readonly items: InlineItem[] } | Child)[] = [];
    let items: InlineItem[] = [];
    const isRow = /flex/.test(style.get("display") ?? "");
    const end = (): void => {
      if (items.some(isSeen)) parts.push({ items });
      items = [];
    };
    for (const node of element.childNodes) {
      const child = this.#childOf(node, style);
      if (child === null) items.push(...this.#textItems(node, style));
      else if (isNone(child)) continue;
      else if (isRow || isBlockLike.test(child.style.get("display") ?? "")) {
        end();
        parts.push(child);
      } else items.push(...this.#inlineItems(child));
    }
    end();
    return parts;
  }

  #inlineItems(child: Child): InlineItem[] {
    const { element, style } = child;
    const text = this.#textStyle(style);
    if (isNone(child)) return [];
    if (element.localName === "br") return [{ kind: "break", style: text }];
    if (element instanceof ImageElement) return [this.#image(element, style)];
    if (isAtomic.test(style.get("display") ?? "")) return [this.#atom(element, style)];
    const base = this.#base(style, null);
    const box = boxOf(style, base);
    const inner = [...element.childNodes].flatMap((node) => {
      const below = this.#childOf(node, style);
      return below === null ? this.#textItems(node, style) : this.#inlineItems(below);
    });
    return [
      { kind: "open", edge: box.inner.left + box.margin.left, style: text, paint: this.#spanPaint(style, box, base) },
      ...inner,
      { kind: "close", edge: box.inner.right + box.margin.right },
    ];
  }

  #spanPaint(style: ComputedStyle, box: Box, base: LengthBase): SpanPaint | null {
    const { inner, margin } = box;
    if (boxPaint(style, box, { width: 1, height: 1 }, base) === null) return null;
    return (width, { ascent, descent }) => {
      const size = { width: width - margin.left - margin.right, height: ascent + descent + inner.top + inner.bottom };
      const own = boxPaint(style, box, size, base);
      const paint: Paint = (context, x, y) => own?.paint(context, x + margin.left, y);
      return { paint, above: ascent + inner.top };
    };
  }

  #atom(element: PageElement, style: ComputedStyle): InlineItem {
    const { margin } = boxOf(style, this.#base(style, null));
    const laid = this.lay(element, style, Number.POSITIVE_INFINITY, false);
    const paint: Paint = (context, x, y) => laid.paint(context, x + margin.left, y + margin.top);
    const width = laid.width + margin.left + margin.right;
    const height = laid.height + margin.top + margin.bottom;
    return { kind: "thing", width, height, above: margin.top + laid.baseline, paint };
  }

  #image(element: ImageElement, style: ComputedStyle): InlineItem {
    const base = this.#base(style, null);
    const box = boxOf(style, base);
    const [wide, high] = [pixels(style.get("width"), base), pixels(style.get("height"), base)];
    const ratio = element.naturalHeight === 0 ? 1 : element.naturalWidth / element.naturalHeight;
    const own = {
      width: wide ?? (high === null ? element.width : high * ratio),
      height: high ?? (wide === null ? element.height : wide / ratio),
    };
    const [edgesX, edgesY] = [box.inner.left + box.inner.right, box.inner.top + box.inner.bottom];
    const paint: Paint = (context, x, y) => {
      if (element.naturalWidth === 0) return;
      context.drawImage(element.skiaCanvas(), x, y, own.width, own.height);
    };
    const contents = { ...own, baseline: own.height, paints: [paint] };
    const laid = this.#boxed(style, box, base, contents, own.width + edgesX, own.height + edgesY);
    const { margin } = box;
    const height = laid.height + margin.top + margin.bottom;
    const { ascent } = this.#textStyle(style);
    const isMiddle = style.get("vertical-align") === "middle";
    return {
      kind: "thing",
      width: laid.width + margin.left + margin.right,
      height,
      above: isMiddle ? height / 2 + ascent * 0.28 : height,
      paint: (context, x, y) => laid.paint(context, x + margin.left, y + margin.top),
    };
  }

  #textItems(node: PageNode, style: ComputedStyle): InlineItem[] {
    if (node.nodeType !== nodeTypes.TEXT_NODE || style.get("visibility") !== "visible") return [];
    const said = style.get("white-space") ?? "normal";
    const space = (spaces.has(said) ? said : "normal") as WhiteSpace;
    return [{ kind: "text", text: transformed(node.nodeValue ?? "", style), style: this.#textStyle(style), space }];
  }

  #childOf(node: PageNode, style: ComputedStyle): Child | null {
    if (!isElement(node)) return null;
    const own = this.#styles.get(node) ?? this.#cascade.styleOf(node, style);
    this.#styles.set(node, own);
    return { element: node, style: own };
  }

  #textStyle(style: ComputedStyle): TextStyle {
    const made = textStyleOf(style, this.#base(style, null));
    this.#reach = Math.max(this.#reach, reachOf(made.shadows));
    return made;
  }

  #base(style: ComputedStyle, whole: number | null): LengthBase {
    return { em: Number.parseFloat(style.get("font-size") ?? "16"), view: this.#view, whole };
  }

  #contentSize(style: ComputedStyle, side: "width" | "height", base: LengthBase, edges: number): number | null {
    const size = pixels(style.get(side), base);
    if (size === null) return null;
    return Math.max(0, isBorderBox(style) ? size - edges : size);
  }
}

type Child = { readonly element: PageElement; readonly style: ComputedStyle };

function isNone({ style }: Child): boolean {
  return style.get("display") === "none" || /^(?:absolute|fixed)$/.test(style.get("position") ?? "");
}

function isSeen(item: InlineItem): boolean {
  return item.kind !== "text" || item.space.startsWith("pre") || item.text.trim() !== "";
}

function alignOf(style: ComputedStyle): TextAlign {
  const said = style.get("text-align");
  return said === "center" ? "center" : said === "right" || said === "end" ? "right" : "left";
}

function transformed(text: string, style: ComputedStyle): string {
  switch (style.get("text-transform")) {
    case "uppercase":
      return text.toUpperCase();
    case "lowercase":
      return text.toLowerCase();
    case "capitalize":
      return text.replace(/(^|\s)(\S)/g, (_, before: string, letter: string) => before + letter.toUpperCase());
    default:
      return text;
  }
}

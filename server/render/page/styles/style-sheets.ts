/**
 * Owns the style sheets of a page: its `<style>` elements and the files that its `<link>` elements name. Rules are read when they are
 * first asked for, and anew when a sheet has changed. In the render thread.
 */

import type { SheetElement } from "../dom/document-view.ts";
import type { ElementNode } from "../dom/page-node.ts";
import { matcherOf } from "../dom/selectors.ts";
import { isBefore } from "../dom/tree-order.ts";
import { mediaTest, rulesOf, specificityOf } from "./style-text.ts";

type Rule = {
  readonly matches: (element: ElementNode) => boolean;
  readonly specificity: number;
  readonly declarations: readonly (readonly [name: string, value: string])[];
};

export class StyleSheets {
  readonly #size: () => { readonly width: number; readonly height: number };
  readonly #elements = new Set<SheetElement>();
  #rules: readonly Rule[] = [];
  #key = "";
  #version = 0;

  /** `size` is that of the picture. */
  constructor(size: () => { readonly width: number; readonly height: number }) {
    this.#size = size;
  }

  /** An element with a sheet came into the document. */
  note(element: SheetElement): void {
    this.#elements.add(element);
  }

  /** Another number where the rules are others. */
  get version(): number {
    const { width, height } = this.#size();
    let key = `${width} ${height}`;
    for (const element of this.#elements) if (element.isConnected) key += ` ${element.version}`;
    if (key === this.#key) return this.#version;
    this.#key = key;
    this.#version += 1;
    this.#rules = this.#read();
    return this.#version;
  }

  /** What is declared for an element, the weakest first. `version` is to be asked before. */
  declarationsFor(element: ElementNode): (readonly [name: string, value: string])[] {
    return this.#rules.filter(({ matches }) => matches(element)).flatMap(({ declarations }) => declarations);
  }

  #read(): readonly Rule[] {
    const holds = mediaTest(this.#size());
    const connected = [...this.#elements].filter(({ isConnected }) => isConnected);
    const sheets = connected.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    const rules = sheets
      .filter((sheet) => holds(sheet.getAttribute("media") || "all"))
      .flatMap((sheet) => rulesOf(sheet.sheetText(), holds))
      .flatMap(({ selectors, declarations }) =>
        selectors.map((selector): Rule => {
          return { matches: matcherOf(selector), specificity: specificityOf(selector), declarations };
        }),
      );
    return rules.sort((a, b) => a.specificity - b.specificity);
  }
}

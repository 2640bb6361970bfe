/** Owns what scripts see of a style sheet. Render thread. */

import { declarationsOf, styleDeclaration } from "./style-declaration.ts";

/** A rule of a style sheet, with as much as SVGLoader reads of it. */
type StyleRule = { readonly type: 1; readonly selectorText: string; readonly style: object };
export type StyleSheet = { readonly cssRules: readonly StyleRule[]; insertRule(): number; deleteRule(): void };

/** What `sheet` of an element with this text is. */
export function sheetOf(text: string): StyleSheet {
  const rules = [...text.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}@]+)\{([^{}]*)\}/g)];
  const cssRules = rules.map(([, selector = "", block = ""]): StyleRule => {
    const style = styleDeclaration();
    for (const [name, value] of declarationsOf(block)) style.setProperty(name, value);
    return { type: 1, selectorText: selector.trim(), style };
  });
  return { cssRules, insertRule: () => 0, deleteRule: () => undefined };
}

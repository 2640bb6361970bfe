/** Owns style sheets that are made by scripts, which every content security policy lets through. */

const sheets = new Map<string, CSSStyleSheet>();

/** Adds a style sheet with this text, which all who adopt it share. */
export function adopt(root: DocumentOrShadowRoot, text: string): void {
  let sheet = sheets.get(text);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

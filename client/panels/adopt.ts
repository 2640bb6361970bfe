/** Owns style sheets that are made by scripts, which every content security policy lets through. */

const sheets = new Map<string, CSSStyleSheet>();

/** Adds a style sheet with this text, which all who adopt it share. In Safari before 16.4, which cannot, all works unadorned. */
export function adopt(root: DocumentOrShadowRoot, text: string): void {
  if (!("adoptedStyleSheets" in root)) return;
  let sheet = sheets.get(text);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

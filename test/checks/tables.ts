/** Owns how the reference looks: tables in Markdown, from rows of cells. Pure. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))];
  return `${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n`;
}

export function section(title: string, ...parts: readonly string[]): string {
  return [`## ${title}\n`, ...parts].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** What a sentence calls the default, and the sentences without it. */
export function splitDefault(text: string): { readonly rest: string; readonly standard: string } {
  const sentences = text.split(/(?<=\.)\s+(?=[A-Z`])/);
  const at = sentences.findIndex((sentence) => /^Default:? /.test(sentence));
  if (at < 0) return { rest: text, standard: "" };
  const standard = (sentences[at] ?? "").replace(/^Default:? /, "").replace(/\.$/, "");
  return { rest: sentences.filter((_, index) => index !== at).join(" "), standard };
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

/** Owns how tables look: aligned for a terminal, or as Markdown. Pure. */

export type Table = {
  readonly title: string;
  /** What the numbers mean, in a sentence or two. */
  readonly note?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** The table as lines of text; the first columns, which are names, to the left, numbers to the right. */
export function tableText(table: Table, options: { readonly markdown: boolean; readonly names: number }): string {
  const all = [table.head, ...table.rows];
  const widths = table.head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column < options.names ? text.padEnd(width) : text.padStart(width);
  };
  const cells = (row: readonly string[]) => table.head.map((_, column) => cell(row[column] ?? "", column));
  const note = table.note === undefined ? [] : options.markdown ? ["", table.note] : [table.note];
  if (!options.markdown) {
    const rule = widths.map((width) => "─".repeat(width)).join("  ");
    const lines = [table.head, ...table.rows].map((row) => cells(row).join("  ").trimEnd());
    return ["", table.title, ...note, "", lines[0], rule, ...lines.slice(1)].join("\n");
  }
  const line = (row: readonly string[]) => `| ${cells(row).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column < options.names ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return ["", `### ${table.title}`, ...note, "", line(table.head), line(rule), ...table.rows.map(line)].join("\n");
}

/** A table of numbers with the kind of each row, as a CSV file has it: names first, the kind in the last column. */

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly values: readonly number[]; readonly kind: string }[];
  readonly kinds: readonly string[];
};

export async function loadTable(address: string): Promise<Table> {
  const text = await (await fetch(address)).text();
  const [names = [], ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const rows = lines.map((cells) => ({ values: cells.slice(0, -1).map(Number), kind: cells.at(-1) ?? "" }));
  return { columns: names.slice(0, -1), rows, kinds: [...new Set(rows.map(({ kind }) => kind))] };
}

/** The range of a column, a little wider than its values. */
export function rangeOf(table: Table, column: number): { readonly min: number; readonly max: number } {
  const values = table.rows.map(({ values }) => values[column] ?? 0);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const margin = (max - min) * 0.04;
  return { min: min - margin, max: max + margin };
}

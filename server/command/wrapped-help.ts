/** Owns how wide help texts are: lines that are too long for a terminal go on below where their words begin. Pure. */

/** No wider, however wide the terminal is. */
export const MAX_HELP_COLUMNS = 100;
/** Columns of names and of words have no room in less. */
const MIN_HELP_COLUMNS = 72;

const entry = /^ {0,4}(?:-|scenecast )/;

/** The text in lines of at most so many columns; null is where nobody knows how many there are. */
export function wrappedHelp(text: string, columns: number | null): string {
  const width = Math.max(MIN_HELP_COLUMNS, Math.min(MAX_HELP_COLUMNS, columns ?? MAX_HELP_COLUMNS));
  const rest = text.split("\n");
  const lines: string[] = [];
  let column = 0;
  for (let line = rest.shift(); line !== undefined; line = rest.shift()) {
    const next = rest[0] ?? "";
    column = columnOfWords(line, next, column);
    const end = line.length <= width ? -1 : line.lastIndexOf(" ", width);
    if (end <= column) {
      lines.push(line);
      continue;
    }
    lines.push(line.slice(0, end).trimEnd());
    const goesOn = next.trim() !== "" && !entry.test(next) && indentOf(next) === column;
    if (goesOn) rest.shift();
    rest.unshift(`${" ".repeat(column)}${line.slice(end + 1)}${goesOn ? ` ${next.trimStart()}` : ""}`);
  }
  return lines.join("\n");
}

/** Where words begin: as in the line that goes on with them, else behind a gap of two spaces or more, else where they did before. */
function columnOfWords(line: string, next: string, before: number): number {
  const indent = indentOf(line);
  if (!entry.test(line)) return indent;
  if (indentOf(next) > indent && !entry.test(next)) return indentOf(next);
  const gap = /\S {2,}(?=\S)/.exec(line.slice(indent));
  return gap === null ? Math.max(indent, before) : indent + gap.index + gap[0].length;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

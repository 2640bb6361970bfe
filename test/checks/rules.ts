/**
 * Owns the numbered rules that stand at the heads of files: the page that lists them, whether their letters are unique, and
 * whether a test cites each.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { section } from "./tables.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sourceFolders = ["client", "server", "shared", "test/support"];

export type Rule = { readonly id: string; readonly text: string; readonly file: string };
type File = { readonly file: string; readonly text: string };

/** All rules, by file. */
export function readRules(files: readonly File[] = filesIn(sourceFolders)): readonly Rule[] {
  return files.flatMap(({ file, text }) => rulesIn(text).map((rule) => ({ ...rule, file })));
}

/** The page that lists the rules, but for what tests are made of. */
export function rulesPage(rules: readonly Rule[]): string {
  const files = [...new Set(rules.map(({ file }) => file))].filter((file) => !file.startsWith("test/"));
  return files
    .map((file) => {
      const own = rules.filter((rule) => rule.file === file);
      return section(`\`${file}\``, ...own.map(({ id, text }) => `- **${id}** ${text.replaceAll("<", "\\<")}`), "");
    })
    .join("\n");
}

/** A sentence for each pair of letters that several files use, and for the rules of each file that no test cites. */
export function ruleProblems(rules: readonly Rule[], tests: readonly File[] = filesIn(["test"])): string[] {
  const cited = new Set(tests.flatMap(({ text }) => [...text.matchAll(/\b[A-Z]{2}\d+\b/g)].map(([id]) => id)));
  const letters = Map.groupBy(rules, ({ id }) => id.slice(0, 2));
  const shared = [...letters].flatMap(([prefix, own]) => {
    const files = [...new Set(own.map(({ file }) => file))];
    return files.length > 1 ? [`The rules of ${files.join(" and ")} share the letters ${prefix}.`] : [];
  });
  const uncited = [...Map.groupBy(rules, ({ file }) => file)].flatMap(([file, own]) => {
    const ids = own.map(({ id }) => id).filter((id) => !cited.has(id));
    return ids.length > 0 ? [`No test cites ${ids.join(", ")} of ${file}.`] : [];
  });
  return [...shared, ...uncited];
}

/** Those of the comment that opens a file: an id at the beginning of a line, and what follows up to the next one. */
function rulesIn(text: string): Omit<Rule, "file">[] {
  const [, head = ""] = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  const lines = head.split("\n").map((line) => line.replace(/^ \* ?/, ""));
  const rules: { id: string; text: string }[] = [];
  let isOpen = false;
  for (const line of lines) {
    const [, id, start] = /^([A-Z]{2}\d+) +(.*)$/.exec(line) ?? [];
    const last = rules.at(-1);
    if (id !== undefined) rules.push({ id, text: start ?? "" });
    else if (isOpen && last !== undefined && /^ {3,}\S/.test(line)) last.text += ` ${line.trim()}`;
    isOpen = id !== undefined || (isOpen && /^ {3,}\S/.test(line));
  }
  return rules;
}

function filesIn(folders: readonly string[]): File[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
      .sort()
      .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") })),
  );
}

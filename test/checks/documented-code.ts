/**
 * Owns that the code in the READMEs is type-checked against what was just compiled: a method that there is not, an option of
 * another name. What a block takes for granted from the words around it, as a function of the reader's, may be missing.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", "server/README.md", "client/README.md", "examples/README.md"];

/** What the reader has: names, types of parameters that would follow from them, and a function around a `return`. */
const ofReader = new Set([2304, 2552, 7006, 7031, 18004, 1108]);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  jsx: ts.JsxEmit.ReactJSX,
  types: ["node"],
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
};

export type CodeBlock = { readonly page: string; readonly line: number; readonly kind: string; readonly text: string };

/** The blocks of code of a page. One without imports goes by those of the block before it. */
export function blocksIn(page: string, markdown: string): readonly CodeBlock[] {
  let imports = "";
  return [...markdown.matchAll(/^```(ts|js|jsx)\n([\s\S]*?)^```/gm)].map((match) => {
    const [, kind = "", own = ""] = match;
    const line = markdown.slice(0, match.index).split("\n").length + 1;
    if (!/^import /m.test(own)) return { page, line, kind, text: `${imports}\n${own}\nexport {};\n` };
    imports = own.match(/^import .*$/gm)?.join(" ") ?? "";
    return { page, line, kind, text: `\n${own}\nexport {};\n` };
  });
}

/** What does not fit, a sentence each with its place. */
export function codeProblems(): readonly string[] {
  const blocks = pages.flatMap((page) => blocksIn(page, readFileSync(`${root}${page}`, "utf8")));
  const files = new Map(blocks.map((block, index) => [`${root}documented-${index}.${block.kind}`, block]));
  return ["ts", "js"].flatMap((kind) => {
    const names = [...files.keys()].filter((name) => name.endsWith(".ts") === (kind === "ts"));
    return problemsOf(ts.createProgram(names, { ...options, strict: kind === "ts" }, hostOf(files)), files);
  });
}

function problemsOf(program: ts.Program, files: ReadonlyMap<string, CodeBlock>): string[] {
  return program.getRootFileNames().flatMap((name) => {
    const [file, block] = [program.getSourceFile(name), files.get(name)];
    if (file === undefined || block === undefined) throw new Error(`${name} was not read.`);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found
      .filter(({ code }) => !ofReader.has(code))
      .map(({ start, messageText }) => {
        const line = block.line + file.getLineAndCharacterOfPosition(start ?? 0).line - 1;
        return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      });
  });
}

/** The files of the project, and the blocks as if they lay at its root, where "scenecast" means the package itself. */
function hostOf(files: ReadonlyMap<string, CodeBlock>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (name) => files.has(name) || host.fileExists(name),
    readFile: (name) => files.get(name)?.text ?? host.readFile(name),
    getSourceFile: (name, target, ...rest) => {
      const block = files.get(name);
      return block === undefined
        ? host.getSourceFile(name, target, ...rest)
        : ts.createSourceFile(name, block.text, target);
    },
  };
}

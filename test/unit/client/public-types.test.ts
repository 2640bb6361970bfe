/**
 * Owns the checks of what is published of the client: documented, without internals, and all that its own page needs.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const index = join(root, "client/index.ts");

/** The declaration of each file that a page's compiler reads on account of `client/index.ts`, by its path. */
function publishedDeclarations(): ReadonlyMap<string, string> {
  const declarations = new Map<string, string>();
  const open = [index];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (declarations.has(file)) continue;
    const { outputText } = ts.transpileDeclaration(readFileSync(file, "utf8"), {
      fileName: file,
      compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext },
    });
    declarations.set(file, outputText);
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles) open.push(resolve(dirname(file), fileName));
  }
  return declarations;
}

const declarations = publishedDeclarations();

it("nothing that is published leads to a class of the client, or to what a class hides", () => {
  expect([...declarations.keys()]).toContain(join(root, "client/viewer.ts"));
  const internal = [...declarations]
    .map(([file, text]) => [relative(root, file), text] as const)
    .filter(([file, text]) => /#private/.test(text) || (file.startsWith("client/") && /\bclass [A-Z]/.test(text)))
    .map(([file]) => file);
  expect(internal).toEqual([]);
});

it("every public export says what it is, and so does every member of the viewer and its parts", () => {
  const program = ts.createProgram([index], {
    noEmit: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    // The types of the browser take seconds to read, and say nothing of what is documented.
    lib: ["lib.es2024.d.ts"],
    allowImportingTsExtensions: true,
    types: [],
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error("client/index.ts is not read.");
  const exported = checker.getExportsOfModule(module).map((symbol) => {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  });
  expect(exported.length).toBeGreaterThan(30);
  const isSilent = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length === 0;
  expect(exported.filter(isSilent).map(({ name }) => name)).toEqual([]);
  const parts = [
    "Viewer",
    "ViewerEvents",
    "ViewerPeople",
    "ViewerControl",
    "ViewerLinks",
    "ViewerScene",
    "ViewerOptions",
  ];
  const members = exported
    .filter(({ name }) => parts.includes(name))
    .flatMap((part) => checker.getDeclaredTypeOfSymbol(part).getProperties())
    .filter(({ name }) => !name.startsWith("__@"));
  expect(members.length).toBeGreaterThan(60);
  expect(members.filter(isSilent).map(({ name }) => name)).toEqual([]);
});

/** What the files of a folder of the client import from elsewhere. */
function importsOf(folder: string): string[] {
  return readdirSync(join(root, "client", folder))
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => ts.preProcessFile(readFileSync(join(root, "client", folder, name), "utf8")).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith("./"));
}

it("the page imports nothing of the client but its index and what it shares with the element, and nothing of shared", () => {
  const imports = importsOf("page");
  expect(imports).toContain("../index.ts");
  // What share-link.ts takes is small, for pages that show no picture of a viewer.
  expect(
    imports.filter((name) => !/^\.\.\/(index\.ts|link\/share-token\.ts|panels\/.*|frame\/.*)$/.test(name)),
  ).toEqual([]);
  expect(new Set(importsOf("panels"))).toEqual(new Set(["../index.ts"]));
});

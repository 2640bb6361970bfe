/**
 * Owns how a classic script of a page runs: in the thread's global scope, as in a page's, and again after a save. In the render
 * thread.
 *
 * CL1 What a script declares at its top is a name for all scripts after it, also by `const`, `let` and `class`; and it may be
 *     declared again by the scripts of the next generation, which share the global scope. So these become `var`.
 */

import { constants, Script } from "node:vm";
import { tellingOfPanels } from "../panels/lil-gui-text.ts";

type Place = { readonly line: number; readonly column: number };

/** Runs `text`, which begins at this place of the file at the address `filename`. */
export function runClassic(script: string, filename: string, place: Place = { line: 1, column: 1 }): void {
  const text = tellingOfPanels(script);
  const { line, column } = place;
  const options = {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    lineOffset: line - 1,
    columnOffset: column - 1,
  };
  let compiled = new Script(text, options);
  try {
    compiled = new Script(withVar(text), options);
  } catch {
    // As it is, then: it cannot run twice, but it runs.
  }
  compiled.runInThisContext();
}

/** What is no code: comments, text, templates, and regular expressions where a value may begin. */
const SKIPPED =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:;!&|?{}\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])*\/|[()[\]{}]|(?<![\w$.])(?:const|let|class)(?=[\s[{])(?:\s+[\w$]+)?/g;

/** CL1. Lines stay as they are. */
function withVar(text: string): string {
  let depth = 0;
  return text.replaceAll(SKIPPED, (found, at: number) => {
    if (/^[([{]$/.test(found)) depth += 1;
    else if (/^[)\]}]$/.test(found)) depth -= 1;
    else if (depth === 0 && /^(?:const|let|class)\b/.test(found) && isStatement(text, at)) return declared(found);
    return found;
  });
}

function isStatement(text: string, at: number): boolean {
  const before = text.slice(0, at).trimEnd();
  return !/[=(,:?&|]$|\b(?:extends|return|new)$/.test(before);
}

function declared(found: string): string {
  const name = /^class(\s+[\w$]+)$/.exec(found)?.[1];
  return name === undefined ? found.replace(/^(?:const|let)/, "var") : `var${name} = ${found}`;
}

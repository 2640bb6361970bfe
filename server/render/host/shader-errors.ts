/**
 * Owns what is said of a shader that does not compile or link: the error, the line of it, and where that is in the material's
 * own shader. In the render thread.
 */

import type { Material, Object3D, ShaderMaterial, WebGLRenderer } from "three";

/** Lines of the shader that are shown before and behind the one with the error. */
const AROUND = 2;
const MAX_ERRORS = 4;
const ERROR = /ERROR: \d+:(\d+): ([^\n\0]*)/g;

export type ShaderError = {
  /** A sentence. */
  readonly sentence: string;
  /** The lines of the shader around each error. */
  readonly details: string;
};

type Stage = "vertex" | "fragment";
type Owner = { readonly name: string; readonly firstLine: number };

/** Calls `told` instead of printing when a program of three's cannot be made. `root` is where to look for the material. */
export function watchShaders(
  renderer: WebGLRenderer,
  root: () => Object3D | null,
  told: (error: ShaderError) => void,
): void {
  renderer.debug.onShaderError = (gl, program, vertex, fragment) => {
    const stages = [
      { stage: "vertex", shader: vertex },
      { stage: "fragment", shader: fragment },
    ] as const;
    const failed = stages.filter(({ shader }) => gl.getShaderParameter(shader, gl.COMPILE_STATUS) === false);
    for (const { stage, shader } of failed) {
      const log = gl.getShaderInfoLog(shader) ?? "";
      told(compileError(stage, log, gl.getShaderSource(shader) ?? "", root()));
    }
    if (failed.length > 0) return;
    const reason = (gl.getProgramInfoLog(program) ?? "").replaceAll("\0", "").trim();
    told({ sentence: `The shaders of a material do not fit together: ${oneLine(reason)}`, details: reason });
  };
}

/** `source` is the whole shader as three put it together. */
export function compileError(stage: Stage, log: string, source: string, root: Object3D | null): ShaderError {
  const errors = [...log.matchAll(ERROR)].slice(0, MAX_ERRORS);
  const owner = root === null ? null : ownerOf(root, stage, source);
  const lines = source.split("\n");
  const [first] = errors;
  const whose = owner === null ? "" : ` of ${owner.name}`;
  const reason = first === undefined ? oneLine(log) : oneLine(first[2] ?? "");
  const where =
    first === undefined ? "" : ` in ${lineName(Number(first[1]), owner)}, "${textOf(lines, Number(first[1]))}"`;
  const details = errors.map(
    ([, line, text]) => `${lineName(Number(line), owner)}: ${text}\n${excerpt(lines, Number(line), owner)}`,
  );
  return {
    sentence: `The ${stage} shader${whose} does not compile: ${reason}${where}`,
    details: [`The ${stage} shader${whose} does not compile.`, ...(details.length > 0 ? details : [log.trim()])].join(
      "\n",
    ),
  };
}

function lineName(line: number, owner: Owner | null): string {
  const own = owner === null ? 0 : line - owner.firstLine + 1;
  return own > 0 ? `line ${own}` : `line ${line} of the whole shader`;
}

function textOf(lines: readonly string[], line: number): string {
  return (lines[line - 1] ?? "").trim().slice(0, 120);
}

function excerpt(lines: readonly string[], line: number, owner: Owner | null): string {
  const from = Math.max(1, line - AROUND, owner === null || line < owner.firstLine ? 1 : owner.firstLine);
  const numbers = Array.from({ length: line + AROUND - from + 1 }, (_, index) => from + index);
  const offset = owner === null || line < owner.firstLine ? 0 : owner.firstLine - 1;
  return numbers
    .filter((number) => number <= lines.length)
    .map(
      (number) => `${number === line ? ">" : " "} ${String(number - offset).padStart(4)}: ${lines[number - 1] ?? ""}`,
    )
    .join("\n");
}

/** The material whose own shader stands in the source as it is: one without `#include` and unrolled loops. */
function ownerOf(root: Object3D, stage: Stage, source: string): Owner | null {
  let found: Owner | null = null;
  root.traverse((object) => {
    const { material } = object as { material?: Material | Material[] };
    for (const one of [material].flat()) {
      const text = one === undefined ? undefined : (one as Partial<ShaderMaterial>)[`${stage}Shader`];
      if (one === undefined || typeof text !== "string" || text === "" || found !== null) continue;
      const at = source.indexOf(text);
      if (at < 0) continue;
      const name = one.name === "" ? `a ${one.type}` : `the ${one.type} "${one.name}"`;
      found = { name, firstLine: source.slice(0, at).split("\n").length };
    }
  });
  return found;
}

function oneLine(text: string): string {
  return text
    .replaceAll("\0", "")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim()
    .slice(0, 300)
    .replace(/\.$/, "");
}

/**
 * Owns that Mesa's Vulkan renderer without a GPU (lavapipe, 22.3 at least) does not grow with every drawing. In the render thread.
 *
 * Where what a shader does hangs on uniforms alone, lavapipe puts their values into a copy of the shader before each drawing, and keeps
 * all copies until the program is gone: about 200 KB a drawing for three's points (measured). A condition that also asks what only
 * the drawing knows is left alone.
 */

type Shader = object;

/** As much of a context as is used here. */
export type ShaderCalls = {
  shaderSource(shader: Shader, source: string): void;
  getShaderSource?(shader: Shader): string | null;
  getShaderParameter(shader: Shader, name: number): unknown;
};
export type ShaderStage = "vertex" | "fragment";

const SHADER_TYPE = 0x8b4f;
const VERTEX_SHADER = 0x8b31;
/** Always true, which no compiler can know. The first is of GLSL ES 3.00 alone. */
const opaque: Readonly<Record<ShaderStage, string>> = { vertex: "gl_VertexID > -1", fragment: "gl_FragCoord.x > -1.0" };
const IS_VERSION_3 = /^\s*#version\s+300\s+es\b/;
/** Comments, directives but for macros, or the head of a condition. */
const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|^[ \t]*#[ \t]*(?!define\b)\w+[^\n]*|\b(if|while|for)\s*\(/gm;
const UNIFORM = /\buniform\b[^;{]*?\b(\w+)\s*(?:\[[^\]]*\])?\s*;/g;

/** The same shader, with conditions that hang on more than uniforms. Loops that count up to what the compiler knows stay as they are. */
export function withOpaqueConditions(source: string, stage: ShaderStage): string {
  const isVersion3 = IS_VERSION_3.test(source);
  if (stage === "vertex" && !isVersion3) return source;
  const uniforms = new Set([...source.matchAll(UNIFORM)].map(([, name = ""]) => name));
  const namesUniform = (text: string): boolean =>
    (text.match(/\b[A-Za-z_]\w*/g) ?? []).some((name) => uniforms.has(name));
  const inserts: { readonly at: number; readonly text: string }[] = [];
  for (const { 0: token, 1: word, index } of source.matchAll(TOKENS)) {
    if (word === undefined || (word === "for" && !isVersion3)) continue;
    const place = conditionAt(source, index + token.length, word === "for");
    if (place === null) continue;
    const [begin, end] = place;
    const condition = source.slice(begin, end);
    if (word === "for" && !namesUniform(condition)) continue;
    inserts.push({ at: begin, text: "(" }, { at: end, text: `) && ${opaque[stage]}` });
  }
  inserts.sort((a, b) => a.at - b.at);
  let done = 0;
  let text = "";
  for (const insert of inserts) {
    text += source.slice(done, insert.at) + insert.text;
    done = insert.at;
  }
  return text + source.slice(done);
}

/** Has shaders that this context is given from now on be so. Who asks for a source gets what was given. */
export function keepConditionsOpaque(gl: ShaderCalls): void {
  const given = new WeakMap<Shader, string>();
  const shaderSource = gl.shaderSource.bind(gl);
  const getShaderSource = gl.getShaderSource?.bind(gl);
  gl.shaderSource = (shader, source) => {
    const stage = gl.getShaderParameter(shader, SHADER_TYPE) === VERTEX_SHADER ? "vertex" : "fragment";
    shaderSource(shader, withOpaqueConditions(String(source), stage));
    if (typeof shader === "object" && shader !== null) given.set(shader, String(source));
  };
  if (getShaderSource !== undefined) gl.getShaderSource = (shader) => given.get(shader) ?? getShaderSource(shader);
}

/** Where the condition behind the parenthesis at `begin` is; null where a macro, a directive or a comment may be part of it. */
function conditionAt(source: string, begin: number, isLoop: boolean): readonly [begin: number, end: number] | null {
  let depth = 1;
  const cuts: number[] = [];
  for (let at = begin; at < source.length; at += 1) {
    const letter = source[at];
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (letter === ";" && depth === 1) cuts.push(at);
    if (letter === "#" || (letter === "/" && /^\/[/*]/.test(source.slice(at, at + 2)))) return null;
    if (depth > 0) continue;
    if (!isLoop) return [begin, at];
    const [first, second] = cuts;
    return first === undefined || second === undefined ? null : [first + 1, second];
  }
  return null;
}

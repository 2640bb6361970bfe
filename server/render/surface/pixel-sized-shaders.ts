/**
 * Owns which scenes must not be drawn smaller: those with shaders of their own that count in pixels of the picture. What three
 * draws in pixels, such as points and wide lines, it sizes by its pixel ratio. In the render thread.
 */

/** What three's own chunks do with the place of a pixel, as noise, looks the same at every size. */
const NOISE = /\b(?:rand|interleavedGradientNoise)\s*\(\s*gl_FragCoord\.xy\s*\)/g;
const IN_PIXELS = /\bgl_PointSize\b|\bgl_FragCoord\b(?!\s*\.[zw]\b)/;
/** What three says at the head of each shader of what it belongs to. */
const OWNER = /^#define SHADER_TYPE (\w+)/m;

/** Whether the source of a shader, as OpenGL gets it, counts in pixels where three cannot know of it. */
export function countsInPixels(source: string): boolean {
  const owner = OWNER.exec(source)?.[1] ?? null;
  const isOfScene = owner === null || owner === "ShaderMaterial" || owner === "RawShaderMaterial";
  return isOfScene && IN_PIXELS.test(source.replace(NOISE, ""));
}

/** Calls `found` when such a shader is given to this context. */
export function watchShaders(gl: { shaderSource(shader: object, source: string): void }, found: () => void): void {
  const shaderSource = gl.shaderSource.bind(gl);
  gl.shaderSource = (shader, source) => {
    if (countsInPixels(String(source))) found();
    shaderSource(shader, source);
  };
}

/**
 * Owns how something is drawn with a context that is another's, so that what that one knows of the context's state stays true. In the
 * render thread.
 */

import type { DrawingGl, GlObject } from "./drawing-gl.ts";

const switches = [
  ...(["BLEND", "CULL_FACE", "DEPTH_TEST", "SCISSOR_TEST", "STENCIL_TEST", "POLYGON_OFFSET_FILL"] as const),
  ...(["SAMPLE_ALPHA_TO_COVERAGE", "SAMPLE_COVERAGE", "RASTERIZER_DISCARD"] as const),
] as const;

const uploading = ["UNPACK_ALIGNMENT", "UNPACK_ROW_LENGTH", "UNPACK_SKIP_ROWS", "UNPACK_SKIP_PIXELS"] as const;
const uploadingOfPages = [
  "UNPACK_FLIP_Y_WEBGL",
  "UNPACK_PREMULTIPLY_ALPHA_WEBGL",
  "UNPACK_COLORSPACE_CONVERSION_WEBGL",
] as const;

/** Draws by `draw` with every test and mask off, texture unit 0 active, and puts all back that it may change. */
export function keepingState(gl: DrawingGl, draw: () => void): void {
  const restore = [
    ...[keepBindings(gl), keepTexture(gl), keepUploads(gl), keepSwitches(gl), keepBlending(gl), keepPlaces(gl)],
  ];
  try {
    draw();
  } finally {
    for (const one of restore.reverse()) one();
  }
}

function keepBindings(gl: DrawingGl): () => void {
  const program = gl.getParameter(gl.CURRENT_PROGRAM) as GlObject;
  const vertices = gl.getParameter(gl.VERTEX_ARRAY_BINDING) as GlObject;
  const buffer = gl.getParameter(gl.ARRAY_BUFFER_BINDING) as GlObject;
  const reading = gl.getParameter(gl.READ_FRAMEBUFFER_BINDING) as GlObject;
  const drawing = gl.getParameter(gl.DRAW_FRAMEBUFFER_BINDING) as GlObject;
  return () => {
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, reading);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, drawing);
  };
}

function keepTexture(gl: DrawingGl): () => void {
  const active = gl.getParameter(gl.ACTIVE_TEXTURE) as number;
  gl.activeTexture(gl.TEXTURE0);
  const texture = gl.getParameter(gl.TEXTURE_BINDING_2D) as GlObject;
  const sampler = gl.getParameter(gl.SAMPLER_BINDING) as GlObject;
  gl.bindSampler(0, null);
  return () => {
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.bindSampler(0, sampler);
    gl.activeTexture(active);
  };
}

function keepUploads(gl: DrawingGl): () => void {
  const buffer = gl.getParameter(gl.PIXEL_UNPACK_BUFFER_BINDING) as GlObject;
  const names = [...uploading, ...uploadingOfPages];
  const values = names.map((name) => gl.getParameter(gl[name]) as number | boolean);
  gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, null);
  for (const name of names) gl.pixelStorei(gl[name], name === "UNPACK_ALIGNMENT" ? 4 : 0);
  return () => {
    gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, buffer);
    for (const [at, name] of names.entries()) gl.pixelStorei(gl[name], values[at] as number);
  };
}

function keepSwitches(gl: DrawingGl): () => void {
  const wereOn = switches.map((name) => gl.isEnabled(gl[name]));
  for (const name of switches) gl.disable(gl[name]);
  return () => {
    for (const [at, name] of switches.entries()) {
      if (wereOn[at]) gl.enable(gl[name]);
      else gl.disable(gl[name]);
    }
  };
}

function keepBlending(gl: DrawingGl): () => void {
  const get = (name: number): number => gl.getParameter(name) as number;
  const equations = [get(gl.BLEND_EQUATION_RGB), get(gl.BLEND_EQUATION_ALPHA)] as const;
  const factors = [
    get(gl.BLEND_SRC_RGB),
    get(gl.BLEND_DST_RGB),
    get(gl.BLEND_SRC_ALPHA),
    get(gl.BLEND_DST_ALPHA),
  ] as const;
  const [red, green, blue, alpha] = gl.getParameter(gl.COLOR_WRITEMASK) as boolean[];
  gl.colorMask(true, true, true, true);
  return () => {
    gl.blendEquationSeparate(...equations);
    gl.blendFuncSeparate(...factors);
    gl.colorMask(red ?? true, green ?? true, blue ?? true, alpha ?? true);
  };
}

function keepPlaces(gl: DrawingGl): () => void {
  const viewport = gl.getParameter(gl.VIEWPORT) as Int32Array;
  const scissor = gl.getParameter(gl.SCISSOR_BOX) as Int32Array;
  return () => {
    gl.viewport(...(viewport as unknown as [number, number, number, number]));
    gl.scissor(...(scissor as unknown as [number, number, number, number]));
  };
}

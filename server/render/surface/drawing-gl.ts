/** Owns as much of WebGL 2 as drawing over a picture takes, since there are no types of a browser here. Types alone. */

type Constant =
  | "ACTIVE_TEXTURE"
  | "ARRAY_BUFFER"
  | "ARRAY_BUFFER_BINDING"
  | "BLEND"
  | "BLEND_DST_ALPHA"
  | "BLEND_DST_RGB"
  | "BLEND_EQUATION_ALPHA"
  | "BLEND_EQUATION_RGB"
  | "BLEND_SRC_ALPHA"
  | "BLEND_SRC_RGB"
  | "CLAMP_TO_EDGE"
  | "COLOR_ATTACHMENT0"
  | "COLOR_BUFFER_BIT"
  | "COLOR_WRITEMASK"
  | "CULL_FACE"
  | "CURRENT_PROGRAM"
  | "DEPTH_TEST"
  | "DRAW_FRAMEBUFFER"
  | "DRAW_FRAMEBUFFER_BINDING"
  | "FLOAT"
  | "FRAGMENT_SHADER"
  | "FRAMEBUFFER"
  | "FUNC_ADD"
  | "LINEAR"
  | "NEAREST"
  | "ONE"
  | "ONE_MINUS_SRC_ALPHA"
  | "PIXEL_UNPACK_BUFFER"
  | "PIXEL_UNPACK_BUFFER_BINDING"
  | "POLYGON_OFFSET_FILL"
  | "RASTERIZER_DISCARD"
  | "READ_FRAMEBUFFER"
  | "READ_FRAMEBUFFER_BINDING"
  | "RGBA"
  | "RGBA8"
  | "SAMPLER_BINDING"
  | "SAMPLE_ALPHA_TO_COVERAGE"
  | "SAMPLE_COVERAGE"
  | "SCISSOR_BOX"
  | "SCISSOR_TEST"
  | "STENCIL_TEST"
  | "STREAM_DRAW"
  | "TEXTURE0"
  | "TEXTURE_2D"
  | "TEXTURE_BINDING_2D"
  | "TEXTURE_MAG_FILTER"
  | "TEXTURE_MIN_FILTER"
  | "TEXTURE_WRAP_S"
  | "TEXTURE_WRAP_T"
  | "TRIANGLES"
  | "UNPACK_ALIGNMENT"
  | "UNPACK_COLORSPACE_CONVERSION_WEBGL"
  | "UNPACK_FLIP_Y_WEBGL"
  | "UNPACK_PREMULTIPLY_ALPHA_WEBGL"
  | "UNPACK_ROW_LENGTH"
  | "UNPACK_SKIP_PIXELS"
  | "UNPACK_SKIP_ROWS"
  | "UNSIGNED_BYTE"
  | "VERTEX_ARRAY_BINDING"
  | "VERTEX_SHADER"
  | "VIEWPORT";

/** A program, a texture or the like; null is none, or the context's own. */
export type GlObject = object | null;

export type DrawingGl = { readonly [Name in Constant]: number } & {
  getParameter(name: number): unknown;
  isEnabled(name: number): boolean;
  enable(name: number): void;
  disable(name: number): void;
  pixelStorei(name: number, value: number | boolean): void;
  activeTexture(unit: number): void;
  bindTexture(target: number, texture: GlObject): void;
  bindSampler(unit: number, sampler: GlObject): void;
  bindBuffer(target: number, buffer: GlObject): void;
  bindFramebuffer(target: number, framebuffer: GlObject): void;
  bindVertexArray(vertices: GlObject): void;
  useProgram(program: GlObject): void;
  blendEquation(mode: number): void;
  blendEquationSeparate(rgb: number, alpha: number): void;
  blendFunc(source: number, destination: number): void;
  blendFuncSeparate(sourceRgb: number, destinationRgb: number, sourceAlpha: number, destinationAlpha: number): void;
  colorMask(red: boolean, green: boolean, blue: boolean, alpha: boolean): void;
  viewport(x: number, y: number, width: number, height: number): void;
  scissor(x: number, y: number, width: number, height: number): void;
  createProgram(): GlObject;
  createShader(type: number): GlObject;
  shaderSource(shader: GlObject, source: string): void;
  compileShader(shader: GlObject): void;
  attachShader(program: GlObject, shader: GlObject): void;
  linkProgram(program: GlObject): void;
  getUniformLocation(program: GlObject, name: string): GlObject;
  getAttribLocation(program: GlObject, name: string): number;
  uniform1f(location: GlObject, x: number): void;
  uniform2f(location: GlObject, x: number, y: number): void;
  createVertexArray(): GlObject;
  createBuffer(): GlObject;
  createTexture(): GlObject;
  createFramebuffer(): GlObject;
  enableVertexAttribArray(location: number): void;
  vertexAttribPointer(
    location: number,
    size: number,
    type: number,
    isNormalized: boolean,
    stride: number,
    offset: number,
  ): void;
  bufferData(target: number, data: Float32Array, usage: number): void;
  texParameteri(target: number, name: number, value: number): void;
  texImage2D(...parts: unknown[]): void;
  texSubImage2D(...parts: unknown[]): void;
  framebufferTexture2D(
    target: number,
    attachment: number,
    textureTarget: number,
    texture: GlObject,
    level: number,
  ): void;
  blitFramebuffer(...parts: number[]): void;
  drawArrays(mode: number, first: number, count: number): void;
};

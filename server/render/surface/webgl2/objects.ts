/** Owns what a scene holds of objects in OpenGL: a name there, whose it is, and whether it was deleted. */

/** What WebGL gives a program; the classes below differ by name, as in a page. */
export class WebGLObject {
  /** The name in OpenGL. */
  readonly id: number;
  /** What made it. */
  readonly core: object;
  isDeleted: boolean = false;

  constructor(core: object, id: number) {
    this.core = core;
    this.id = id;
  }
}

export class WebGLBuffer extends WebGLObject {
  /** What it was bound as first: element indices and other data never share a buffer (WebGL 2.0, 5.1). */
  use: "elements" | "data" | null = null;
}
export class WebGLFramebuffer extends WebGLObject {}
export class WebGLQuery extends WebGLObject {
  target: number = 0;
}
export class WebGLRenderbuffer extends WebGLObject {}
export class WebGLSampler extends WebGLObject {}
export class WebGLTexture extends WebGLObject {}
export class WebGLTransformFeedback extends WebGLObject {}
export class WebGLVertexArrayObject extends WebGLObject {}

export class WebGLShader extends WebGLObject {
  readonly type: number;
  source: string = "";

  constructor(core: object, id: number, type: number) {
    super(core, id);
    this.type = type;
  }
}

export class WebGLProgram extends WebGLObject {
  readonly shaders: Set<WebGLShader> = new Set();
  /** Counts links: a location is good for one. */
  links: number = 0;
}

/** A fence; its name is a pointer. */
export class WebGLSync {
  /** The context that made it. */
  readonly core: object;
  readonly pointer: bigint;
  isDeleted: boolean = false;

  constructor(core: object, pointer: bigint) {
    this.core = core;
    this.pointer = pointer;
  }
}

export class WebGLUniformLocation {
  readonly program: WebGLProgram;
  readonly links: number;
  readonly location: number;

  constructor(program: WebGLProgram, location: number) {
    this.program = program;
    this.links = program.links;
    this.location = location;
  }
}

export class WebGLActiveInfo {
  readonly name: string;
  readonly size: number;
  readonly type: number;

  constructor(name: string, size: number, type: number) {
    this.name = name;
    this.size = size;
    this.type = type;
  }
}

export class WebGLShaderPrecisionFormat {
  readonly rangeMin: number;
  readonly rangeMax: number;
  readonly precision: number;

  constructor(rangeMin: number, rangeMax: number, precision: number) {
    this.rangeMin = rangeMin;
    this.rangeMax = rangeMax;
    this.precision = precision;
  }
}

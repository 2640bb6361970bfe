/** Owns shaders, programs and what is asked of them. */

import { type Calls, type Core, cString, INVALID_ENUM, INVALID_VALUE } from "./core.ts";
import {
  WebGLActiveInfo,
  WebGLProgram,
  WebGLShader,
  WebGLShaderPrecisionFormat,
  WebGLUniformLocation,
} from "./objects.ts";
import { textOf } from "./state.ts";

const INFO_LOG_LENGTH = 0x8b84;
const DELETE_STATUS = 0x8b80;
const COMPILE_STATUS = 0x8b81;
const SHADER_TYPE = 0x8b4f;
const UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES = 0x8a43;
const UNIFORM_BLOCK_ACTIVE_UNIFORMS = 0x8a42;
const UNIFORM_IS_ROW_MAJOR = 0x8a3e;
const INVALID_INDEX = 0xffffffff;
const MAX_NAME_BYTES = 1024;
/** LINK_STATUS, VALIDATE_STATUS, COMPLETION_STATUS_KHR. */
const programBooleans = new Set([0x8b82, 0x8b83, 0x91b1]);
/** UNIFORM_BLOCK_REFERENCED_BY_VERTEX_SHADER, …_FRAGMENT_SHADER. */
const blockBooleans = new Set([0x8a44, 0x8a46]);

export function programCalls(core: Core): Calls {
  return { ...shaderCalls(core), ...linkCalls(core), ...askCalls(core), ...blockCalls(core) };
}

function shaderCalls(core: Core) {
  const { gles, ints } = core;
  const numberOf = (id: number, name: number) => {
    ints[0] = 0;
    gles.getShaderivRobustANGLE(id, name, ints.length, null, ints);
    return ints[0] ?? 0;
  };
  return {
    createShader: (type: number) => {
      const id = gles.createShader(type);
      return id === 0 ? null : core.keep(new WebGLShader(core, id, type));
    },
    deleteShader: (shader: WebGLShader | null) => {
      const id = core.idOf(shader, WebGLShader, "delete");
      if (id === null || id === 0 || shader === null || shader.isDeleted) return;
      gles.deleteShader(id);
      core.forget(shader);
    },
    isShader: (shader: unknown) => shader instanceof WebGLShader && !shader.isDeleted,
    shaderSource: (shader: WebGLShader, source: string) => {
      const id = core.someIdOf(shader, WebGLShader, "shaderSource");
      if (id === null) return;
      shader.source = String(source);
      gles.shaderSource(id, 1, [shader.source], null);
    },
    getShaderSource: (shader: WebGLShader) =>
      core.someIdOf(shader, WebGLShader, "getShaderSource") === null ? null : shader.source,
    compileShader: (shader: WebGLShader) => {
      const id = core.someIdOf(shader, WebGLShader, "compileShader");
      if (id !== null) gles.compileShader(id);
    },
    getShaderParameter: (shader: WebGLShader, name: number) => {
      const id = core.someIdOf(shader, WebGLShader, "getShaderParameter");
      if (id === null) return null;
      if (name === SHADER_TYPE) return shader.type;
      if (name === DELETE_STATUS || name === COMPILE_STATUS || programBooleans.has(name))
        return numberOf(id, name) !== 0;
      core.raise(INVALID_ENUM);
      return null;
    },
    getShaderInfoLog: (shader: WebGLShader) => {
      const id = core.someIdOf(shader, WebGLShader, "getShaderInfoLog");
      if (id === null) return null;
      return textOf(numberOf(id, INFO_LOG_LENGTH), (bytes, length, text) =>
        gles.getShaderInfoLog(id, bytes, length, text),
      );
    },
    getShaderPrecisionFormat: (type: number, precision: number) => {
      const range = new Int32Array(2);
      const bits = new Int32Array(1);
      gles.getShaderPrecisionFormat(type, precision, range, bits);
      return new WebGLShaderPrecisionFormat(range[0] ?? 0, range[1] ?? 0, bits[0] ?? 0);
    },
  };
}

function linkCalls(core: Core) {
  const { gles } = core;
  const withProgram = (name: string, call: (id: number) => void) => (program: WebGLProgram) => {
    const id = core.someIdOf(program, WebGLProgram, name);
    if (id !== null) call(id);
  };
  const pairOf = (program: WebGLProgram, shader: WebGLShader, call: string) => {
    const ids = [core.someIdOf(program, WebGLProgram, call), core.someIdOf(shader, WebGLShader, call)] as const;
    return ids[0] === null || ids[1] === null ? null : ([ids[0], ids[1]] as const);
  };
  return {
    createProgram: () => core.keep(new WebGLProgram(core, gles.createProgram())),
    deleteProgram: (program: WebGLProgram | null) => {
      const id = core.idOf(program, WebGLProgram, "delete");
      if (id === null || id === 0 || program === null || program.isDeleted) return;
      gles.deleteProgram(id);
      core.forget(program);
    },
    isProgram: (program: unknown) => program instanceof WebGLProgram && !program.isDeleted,
    attachShader: (program: WebGLProgram, shader: WebGLShader) => {
      const ids = pairOf(program, shader, "attachShader");
      if (ids === null) return;
      gles.attachShader(...ids);
      program.shaders.add(shader);
    },
    /** A shader that was deleted stays attached until here. */
    detachShader: (program: WebGLProgram, shader: WebGLShader) => {
      const id = core.someIdOf(program, WebGLProgram, "detachShader");
      if (id === null || !(shader instanceof WebGLShader)) return;
      gles.detachShader(id, shader.id);
      program.shaders.delete(shader);
    },
    getAttachedShaders: (program: WebGLProgram) =>
      core.someIdOf(program, WebGLProgram, "getAttachedShaders") === null ? null : [...program.shaders],
    bindAttribLocation: (program: WebGLProgram, index: number, name: string) =>
      withProgram("bindAttribLocation", (id) => gles.bindAttribLocation(id, index, cString(name)))(program),
    linkProgram: (program: WebGLProgram) =>
      withProgram("linkProgram", (id) => {
        program.links += 1;
        gles.linkProgram(id);
      })(program),
    validateProgram: withProgram("validateProgram", (id) => gles.validateProgram(id)),
  };
}

function askCalls(core: Core) {
  const { gles, ints } = core;
  const numberOf = (id: number, name: number) => {
    ints[0] = 0;
    gles.getProgramivRobustANGLE(id, name, ints.length, null, ints);
    return ints[0] ?? 0;
  };
  const active = (call: "getActiveAttrib" | "getActiveUniform") => (program: WebGLProgram, index: number) => {
    const id = core.someIdOf(program, WebGLProgram, call);
    if (id === null) return null;
    const numbers = new Int32Array(2);
    const name = textOf(MAX_NAME_BYTES, (bytes, length, text) =>
      gles[call](id, index, bytes, length, numbers.subarray(0, 1), numbers.subarray(1), text),
    );
    return name === "" ? null : new WebGLActiveInfo(name, numbers[0] ?? 0, numbers[1] ?? 0);
  };
  const located = (call: "getAttribLocation" | "getFragDataLocation") => (program: WebGLProgram, name: string) => {
    const id = core.someIdOf(program, WebGLProgram, call);
    return id === null ? -1 : gles[call](id, cString(name));
  };
  return {
    getProgramParameter: (program: WebGLProgram, name: number) => {
      const id = core.someIdOf(program, WebGLProgram, "getProgramParameter");
      if (id === null) return null;
      if (name === DELETE_STATUS) return program.isDeleted;
      return programBooleans.has(name) ? numberOf(id, name) !== 0 : numberOf(id, name);
    },
    getProgramInfoLog: (program: WebGLProgram) => {
      const id = core.someIdOf(program, WebGLProgram, "getProgramInfoLog");
      if (id === null) return null;
      return textOf(numberOf(id, INFO_LOG_LENGTH), (bytes, length, text) =>
        gles.getProgramInfoLog(id, bytes, length, text),
      );
    },
    getActiveAttrib: active("getActiveAttrib"),
    getActiveUniform: active("getActiveUniform"),
    getAttribLocation: located("getAttribLocation"),
    getFragDataLocation: located("getFragDataLocation"),
    getUniformLocation: (program: WebGLProgram, name: string) => {
      const id = core.someIdOf(program, WebGLProgram, "getUniformLocation");
      const location = id === null ? -1 : gles.getUniformLocation(id, cString(name));
      return location < 0 ? null : new WebGLUniformLocation(program, location);
    },
  };
}

function blockCalls(core: Core) {
  const { gles } = core;
  const idOf = (program: WebGLProgram, call: string) => core.someIdOf(program, WebGLProgram, call);
  return {
    getUniformIndices: (program: WebGLProgram, names: readonly string[]) => {
      const id = idOf(program, "getUniformIndices");
      if (id === null) return null;
      const indices = new Uint32Array(names.length);
      gles.getUniformIndices(id, names.length, names.map(String), indices);
      return [...indices];
    },
    getActiveUniforms: (program: WebGLProgram, indices: Iterable<number>, name: number) => {
      const id = idOf(program, "getActiveUniforms");
      if (id === null) return null;
      const list = Uint32Array.from(indices);
      const values = new Int32Array(list.length);
      gles.getActiveUniformsiv(id, list.length, list, name, values);
      return [...values].map((value) => (name === UNIFORM_IS_ROW_MAJOR ? value !== 0 : value));
    },
    getUniformBlockIndex: (program: WebGLProgram, name: string) => {
      const id = idOf(program, "getUniformBlockIndex");
      return id === null ? INVALID_INDEX : gles.getUniformBlockIndex(id, cString(name));
    },
    getActiveUniformBlockName: (program: WebGLProgram, index: number) => {
      const id = idOf(program, "getActiveUniformBlockName");
      if (id === null) return null;
      const name = textOf(MAX_NAME_BYTES, (bytes, length, text) =>
        gles.getActiveUniformBlockName(id, index, bytes, length, text),
      );
      return name === "" ? null : name;
    },
    getActiveUniformBlockParameter: (program: WebGLProgram, index: number, name: number) => {
      const id = idOf(program, "getActiveUniformBlockParameter");
      if (id === null) return null;
      const ask = (state: number, count: number) => {
        const values = new Int32Array(Math.max(1, count));
        gles.getActiveUniformBlockivRobustANGLE(id, index, state, values.length, null, values);
        return values;
      };
      if (name === UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES) {
        const count = ask(UNIFORM_BLOCK_ACTIVE_UNIFORMS, 1)[0] ?? 0;
        return Uint32Array.from(ask(name, count).subarray(0, count));
      }
      const [value = 0] = ask(name, 1);
      return blockBooleans.has(name) ? value !== 0 : value;
    },
    uniformBlockBinding: (program: WebGLProgram, index: number, binding: number) => {
      const id = idOf(program, "uniformBlockBinding");
      if (id === null) return;
      if (index < 0) return core.raise(INVALID_VALUE);
      gles.uniformBlockBinding(id, index, binding);
    },
  };
}

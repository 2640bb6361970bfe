/** Owns queries, samplers, fences and transform feedback. */

import { type Calls, type Core, INVALID_ENUM, INVALID_OPERATION, INVALID_VALUE } from "./core.ts";
import {
  WebGLActiveInfo,
  WebGLProgram,
  WebGLQuery,
  WebGLSampler,
  WebGLSync,
  WebGLTransformFeedback,
} from "./objects.ts";
import { textOf } from "./state.ts";

const QUERY_RESULT_AVAILABLE = 0x8867;
const CURRENT_QUERY = 0x8865;
const QUERY_COUNTER_BITS = 0x8864;
const TEXTURE_MAX_LOD = 0x813b;
const TEXTURE_MIN_LOD = 0x813a;
const MAX_NAME_BYTES = 1024;

export function queryCalls(core: Core): Calls {
  const { gles, ints } = core;
  /** The query that runs for each target. */
  const running = new Map<number, WebGLQuery>();
  return {
    createQuery: () => core.generate("Queries", WebGLQuery),
    deleteQuery: (query: WebGLQuery | null) => core.delete("Queries", query, WebGLQuery),
    isQuery: (query: unknown) => query instanceof WebGLQuery && !query.isDeleted && gles.isQuery(query.id) !== 0,
    beginQuery: (target: number, query: WebGLQuery | null) => {
      const id = core.someIdOf(query, WebGLQuery, "beginQuery");
      if (id === null || query === null) return;
      query.target = target;
      running.set(target, query);
      gles.beginQuery(target, id);
    },
    endQuery: (target: number) => {
      running.delete(target);
      gles.endQuery(target);
    },
    getQuery: (target: number, name: number) => {
      if (name === CURRENT_QUERY) return running.get(target) ?? null;
      if (name !== QUERY_COUNTER_BITS) return core.raise(INVALID_ENUM) ?? null;
      ints[0] = 0;
      gles.getQueryivRobustANGLE(target, name, ints.length, null, ints);
      return ints[0] ?? 0;
    },
    getQueryParameter: (query: WebGLQuery | null, name: number) => {
      const id = core.someIdOf(query, WebGLQuery, "getQueryParameter");
      if (id === null) return null;
      ints[0] = 0;
      gles.getQueryObjectuivRobustANGLE(id, name, ints.length, null, ints);
      return name === QUERY_RESULT_AVAILABLE ? ints[0] !== 0 : (ints[0] ?? 0) >>> 0;
    },

    createSampler: () => core.generate("Samplers", WebGLSampler),
    deleteSampler: (sampler: WebGLSampler | null) => core.delete("Samplers", sampler, WebGLSampler),
    isSampler: (sampler: unknown) =>
      sampler instanceof WebGLSampler && !sampler.isDeleted && gles.isSampler(sampler.id) !== 0,
    bindSampler: (unit: number, sampler: WebGLSampler | null) => {
      const id = core.idOf(sampler, WebGLSampler, "bindSampler");
      if (id !== null) gles.bindSampler(unit, id);
    },
    samplerParameteri: (sampler: WebGLSampler, name: number, value: number) => {
      const id = core.someIdOf(sampler, WebGLSampler, "samplerParameteri");
      if (id !== null) gles.samplerParameteri(id, name, value);
    },
    samplerParameterf: (sampler: WebGLSampler, name: number, value: number) => {
      const id = core.someIdOf(sampler, WebGLSampler, "samplerParameterf");
      if (id !== null) gles.samplerParameterf(id, name, value);
    },
    getSamplerParameter: (sampler: WebGLSampler, name: number) => {
      const id = core.someIdOf(sampler, WebGLSampler, "getSamplerParameter");
      if (id === null) return null;
      if (name === TEXTURE_MAX_LOD || name === TEXTURE_MIN_LOD) {
        gles.getSamplerParameterfvRobustANGLE(id, name, core.floats.length, null, core.floats);
        return core.floats[0] ?? 0;
      }
      gles.getSamplerParameterivRobustANGLE(id, name, ints.length, null, ints);
      return ints[0] ?? 0;
    },
    ...syncCalls(core),
    ...transformFeedbackCalls(core),
  };
}

const isOurs = (core: Core, sync: unknown): sync is WebGLSync =>
  sync instanceof WebGLSync && sync.core === core && !sync.isDeleted;

function syncCalls(core: Core) {
  const { gles, ints } = core;
  return {
    fenceSync: (condition: number, flags: number) => {
      const pointer = gles.fenceSync(condition, flags);
      return pointer === null ? null : new WebGLSync(core, pointer);
    },
    isSync: (sync: unknown) => isOurs(core, sync),
    deleteSync: (sync: WebGLSync | null) => {
      if (!isOurs(core, sync)) return;
      sync.isDeleted = true;
      gles.deleteSync(sync.pointer);
    },
    /** Of the time only 0 is allowed, as MAX_CLIENT_WAIT_TIMEOUT_WEBGL says. */
    clientWaitSync: (sync: WebGLSync, flags: number, timeout: number) => {
      const WAIT_FAILED = 0x911d;
      if (!isOurs(core, sync)) return core.raise(INVALID_VALUE) ?? WAIT_FAILED;
      if (timeout > 0) return core.raise(INVALID_OPERATION) ?? WAIT_FAILED;
      return gles.clientWaitSync(sync.pointer, flags, 0);
    },
    waitSync: (sync: WebGLSync, flags: number) => {
      if (!isOurs(core, sync)) return core.raise(INVALID_VALUE);
      gles.waitSync(sync.pointer, flags, 0xffffffffffffffffn);
    },
    getSyncParameter: (sync: WebGLSync, name: number) => {
      if (!isOurs(core, sync)) return core.raise(INVALID_VALUE) ?? null;
      ints[0] = 0;
      gles.getSynciv(sync.pointer, name, 1, null, ints);
      return ints[0] ?? 0;
    },
  };
}

function transformFeedbackCalls(core: Core) {
  const { gles } = core;
  return {
    createTransformFeedback: () => core.generate("TransformFeedbacks", WebGLTransformFeedback),
    deleteTransformFeedback: (feedback: WebGLTransformFeedback | null) =>
      core.delete("TransformFeedbacks", feedback, WebGLTransformFeedback),
    isTransformFeedback: (feedback: unknown) =>
      feedback instanceof WebGLTransformFeedback && !feedback.isDeleted && gles.isTransformFeedback(feedback.id) !== 0,
    bindTransformFeedback: (target: number, feedback: WebGLTransformFeedback | null) => {
      const id = core.idOf(feedback, WebGLTransformFeedback, "bindTransformFeedback");
      if (id !== null) gles.bindTransformFeedback(target, id);
    },
    transformFeedbackVaryings: (program: WebGLProgram, names: readonly string[], mode: number) => {
      const id = core.someIdOf(program, WebGLProgram, "transformFeedbackVaryings");
      if (id !== null) gles.transformFeedbackVaryings(id, names.length, names.map(String), mode);
    },
    getTransformFeedbackVarying: (program: WebGLProgram, index: number) => {
      const id = core.someIdOf(program, WebGLProgram, "getTransformFeedbackVarying");
      if (id === null) return null;
      const numbers = new Int32Array(2);
      const name = textOf(MAX_NAME_BYTES, (bytes, length, text) =>
        gles.getTransformFeedbackVarying(id, index, bytes, length, numbers.subarray(0, 1), numbers.subarray(1), text),
      );
      return name === "" ? null : new WebGLActiveInfo(name, numbers[0] ?? 0, numbers[1] ?? 0);
    },
  };
}

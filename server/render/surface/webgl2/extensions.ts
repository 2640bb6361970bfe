/** Owns the extensions: which ANGLE calls stand behind each, and what a scene gets of it. */

import { type Calls, type Core, INVALID_OPERATION, numeric } from "./core.ts";
import { WebGLShader } from "./objects.ts";
import { textOf } from "./state.ts";

type Extension = { readonly angle: readonly string[]; readonly constants?: Readonly<Record<string, number>> };

const s3tc = { COMPRESSED_RGB_S3TC_DXT1_EXT: 0x83f0, COMPRESSED_RGBA_S3TC_DXT1_EXT: 0x83f1 };

const extensions: Readonly<Record<string, Extension>> = {
  EXT_clip_control: {
    angle: ["EXT_clip_control"],
    constants: { LOWER_LEFT_EXT: 0x8ca1, UPPER_LEFT_EXT: 0x8ca2, ZERO_TO_ONE_EXT: 0x935f },
  },
  EXT_color_buffer_float: { angle: ["EXT_color_buffer_float"] },
  EXT_color_buffer_half_float: {
    angle: ["EXT_color_buffer_half_float"],
    constants: { RGBA16F_EXT: 0x881a, RGB16F_EXT: 0x881b },
  },
  EXT_conservative_depth: { angle: ["EXT_conservative_depth"] },
  EXT_depth_clamp: { angle: ["EXT_depth_clamp"], constants: { DEPTH_CLAMP_EXT: 0x864f } },
  EXT_float_blend: { angle: ["EXT_float_blend"] },
  EXT_texture_compression_bptc: {
    angle: ["EXT_texture_compression_bptc"],
    constants: {
      COMPRESSED_RGBA_BPTC_UNORM_EXT: 0x8e8c,
      COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT: 0x8e8d,
      COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT: 0x8e8e,
      COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT: 0x8e8f,
    },
  },
  EXT_texture_compression_rgtc: {
    angle: ["EXT_texture_compression_rgtc"],
    constants: {
      COMPRESSED_RED_RGTC1_EXT: 0x8dbb,
      COMPRESSED_SIGNED_RED_RGTC1_EXT: 0x8dbc,
      COMPRESSED_RED_GREEN_RGTC2_EXT: 0x8dbd,
      COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT: 0x8dbe,
    },
  },
  EXT_texture_filter_anisotropic: {
    angle: ["EXT_texture_filter_anisotropic"],
    constants: { TEXTURE_MAX_ANISOTROPY_EXT: 0x84fe, MAX_TEXTURE_MAX_ANISOTROPY_EXT: 0x84ff },
  },
  EXT_texture_mirror_clamp_to_edge: {
    angle: ["EXT_texture_mirror_clamp_to_edge"],
    constants: { MIRROR_CLAMP_TO_EDGE_EXT: 0x8743 },
  },
  EXT_texture_norm16: {
    angle: ["EXT_texture_norm16"],
    constants: {
      R16_EXT: 0x822a,
      RG16_EXT: 0x822c,
      RGB16_EXT: 0x8054,
      RGBA16_EXT: 0x805b,
      R16_SNORM_EXT: 0x8f98,
      RG16_SNORM_EXT: 0x8f99,
      RGB16_SNORM_EXT: 0x8f9a,
      RGBA16_SNORM_EXT: 0x8f9b,
    },
  },
  OES_draw_buffers_indexed: { angle: ["OES_draw_buffers_indexed"] },
  OES_texture_float_linear: { angle: ["OES_texture_float_linear"] },
  WEBGL_clip_cull_distance: {
    angle: ["ANGLE_clip_cull_distance"],
    constants: {
      MAX_CLIP_DISTANCES_WEBGL: 0x0d32,
      MAX_CULL_DISTANCES_WEBGL: 0x82f9,
      MAX_COMBINED_CLIP_AND_CULL_DISTANCES_WEBGL: 0x82fa,
      ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`CLIP_DISTANCE${index}_WEBGL`, 0x3000 + index])),
    },
  },
  WEBGL_compressed_texture_etc: {
    // Of the formats that are core in OpenGL ES 3, a WebGL context of ANGLE takes none without it.
    angle: ["ANGLE_compressed_texture_etc"],
    constants: {
      COMPRESSED_R11_EAC: 0x9270,
      COMPRESSED_SIGNED_R11_EAC: 0x9271,
      COMPRESSED_RG11_EAC: 0x9272,
      COMPRESSED_SIGNED_RG11_EAC: 0x9273,
      COMPRESSED_RGB8_ETC2: 0x9274,
      COMPRESSED_SRGB8_ETC2: 0x9275,
      COMPRESSED_RGB8_PUNCHTHROUGH_ALPHA1_ETC2: 0x9276,
      COMPRESSED_SRGB8_PUNCHTHROUGH_ALPHA1_ETC2: 0x9277,
      COMPRESSED_RGBA8_ETC2_EAC: 0x9278,
      COMPRESSED_SRGB8_ALPHA8_ETC2_EAC: 0x9279,
    },
  },
  WEBGL_compressed_texture_s3tc: {
    angle: ["EXT_texture_compression_dxt1", "ANGLE_texture_compression_dxt3", "ANGLE_texture_compression_dxt5"],
    constants: { ...s3tc, COMPRESSED_RGBA_S3TC_DXT3_EXT: 0x83f2, COMPRESSED_RGBA_S3TC_DXT5_EXT: 0x83f3 },
  },
  WEBGL_compressed_texture_s3tc_srgb: {
    angle: ["EXT_texture_compression_s3tc_srgb"],
    constants: {
      COMPRESSED_SRGB_S3TC_DXT1_EXT: 0x8c4c,
      COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT: 0x8c4d,
      COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT: 0x8c4e,
      COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT: 0x8c4f,
    },
  },
  WEBGL_debug_renderer_info: {
    angle: [],
    constants: { UNMASKED_VENDOR_WEBGL: 0x9245, UNMASKED_RENDERER_WEBGL: 0x9246 },
  },
  WEBGL_debug_shaders: { angle: ["ANGLE_translated_shader_source"] },
  WEBGL_multi_draw: { angle: ["ANGLE_multi_draw"] },
};

const MAX_SOURCE_BYTES = 1 << 20;

/** The calls of those that have some. */
const calls: Readonly<Record<string, (core: Core) => Calls>> = {
  OES_draw_buffers_indexed: ({ gles }) => ({
    blendEquationSeparateiOES: numeric(gles.blendEquationSeparateiOES, 3),
    blendEquationiOES: numeric(gles.blendEquationiOES, 2),
    blendFuncSeparateiOES: numeric(gles.blendFuncSeparateiOES, 5),
    blendFunciOES: numeric(gles.blendFunciOES, 3),
    colorMaskiOES: numeric(gles.colorMaskiOES, 5),
    disableiOES: numeric(gles.disableiOES, 2),
    enableiOES: numeric(gles.enableiOES, 2),
  }),
  WEBGL_debug_shaders: (core) => ({
    getTranslatedShaderSource: (shader: WebGLShader) => {
      const id = core.someIdOf(shader, WebGLShader, "getTranslatedShaderSource");
      if (id === null) return "";
      return textOf(MAX_SOURCE_BYTES, (bytes, length, text) =>
        core.gles.getTranslatedShaderSourceANGLE(id, bytes, length, text),
      );
    },
  }),
  WEBGL_multi_draw: multiDrawCalls,
};

type List = ArrayLike<number>;

/** Many drawings in one call. Lists that are shorter than the count are an error and never read past their end. */
function multiDrawCalls(core: Core): Calls {
  const { gles } = core;
  const part = (list: List, offset: number, count: number): Int32Array | null => {
    if (offset >= 0 && count >= 0 && offset + count <= list.length) {
      return Int32Array.from({ length: count }, (_, index) => list[offset + index] ?? 0);
    }
    core.raise(INVALID_OPERATION);
    return null;
  };
  const pointers = (offsets: Int32Array) => BigInt64Array.from(offsets, (offset) => BigInt(offset));
  return {
    multiDrawArraysWEBGL: (mode: number, firsts: List, f: number, counts: List, c: number, count: number) => {
      const [first, many] = [part(firsts, f, count), part(counts, c, count)];
      if (first !== null && many !== null) gles.multiDrawArraysANGLE(mode, first, many, count);
    },
    multiDrawElementsWEBGL: (
      ...[mode, counts, c, type, offsets, o, count]: [number, List, number, number, List, number, number]
    ) => {
      const [many, from] = [part(counts, c, count), part(offsets, o, count)];
      if (many !== null && from !== null) gles.multiDrawElementsANGLE(mode, many, type, pointers(from), count);
    },
    multiDrawArraysInstancedWEBGL: (
      ...[mode, firsts, f, counts, c, instances, i, count]: [number, List, number, List, number, List, number, number]
    ) => {
      const [first, many, times] = [part(firsts, f, count), part(counts, c, count), part(instances, i, count)];
      if (first === null || many === null || times === null) return;
      gles.multiDrawArraysInstancedANGLE(mode, first, many, times, count);
    },
    multiDrawElementsInstancedWEBGL: (
      ...[mode, counts, c, type, offsets, o, instances, i, count]: [
        ...[number, List, number, number, List, number, List, number, number],
      ]
    ) => {
      const [many, from, times] = [part(counts, c, count), part(offsets, o, count), part(instances, i, count)];
      if (many === null || from === null || times === null) return;
      gles.multiDrawElementsInstancedANGLE(mode, many, type, pointers(from), times, count);
    },
  };
}

export function extensionCalls(core: Core): Calls {
  const { gles } = core;
  const there = () => new Set((gles.getString(0x1f03) ?? "").split(" "));
  const known = new Set([...there(), ...(gles.getString(0x93a8) ?? "").split(" ")]);
  const supported = Object.keys(extensions).filter((name) =>
    extensions[name]?.angle.every((angle) => known.has(`GL_${angle}`)),
  );
  const given = new Map<string, object>();

  const open = (name: string): object => {
    const { angle = [], constants = {} } = extensions[name] ?? {};
    for (const one of angle.filter((needed) => !there().has(`GL_${needed}`))) {
      gles.requestExtensionANGLE(Buffer.from(`GL_${one}\0`));
    }
    return { ...constants, ...calls[name]?.(core) };
  };

  return {
    getSupportedExtensions: () => [...supported],
    /** Names are compared without regard to case, as the specification says. */
    getExtension: (wanted: unknown) => {
      const name = supported.find((one) => one.toLowerCase() === String(wanted).toLowerCase());
      if (name === undefined) return null;
      const extension = given.get(name) ?? open(name);
      given.set(name, extension);
      return extension;
    },
  };
}

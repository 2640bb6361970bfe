/**
 * Owns drawing every pixel of a target by one shader, in the render thread. It is drawn by three, so that what three believes of
 * OpenGL's state stays true, and of the renderer nothing else changes.
 */

import {
  BufferAttribute,
  BufferGeometry,
  Camera,
  GLSL3,
  Mesh,
  NoBlending,
  RawShaderMaterial,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from "three";

const vertexShader = `
in vec3 position;
/** From -1 to 1, to the right and upwards. */
out vec2 at;
void main() {
  at = position.xy;
  gl_Position = vec4(position, 1.0);
}
`;

export class ScreenPass {
  readonly #triangle: Mesh;
  readonly #camera = new Camera();

  /** `fragmentShader` is of GLSL ES 3.00, without its first line. */
  constructor(fragmentShader: string, uniforms: Record<string, { value: unknown }>) {
    this.#triangle = new Mesh(wholeScreen(), materialOf(fragmentShader, uniforms));
    this.#triangle.frustumCulled = false;
  }

  /** Draws into a target, null for the renderer's canvas, and leaves it bound. */
  draw(renderer: WebGLRenderer, target: WebGLRenderTarget | null): void {
    const { autoClear, info } = renderer;
    const { autoReset } = info;
    const { calls, triangles, points, lines } = info.render;
    const gl = renderer.getContext();
    const [red = 0, green = 0, blue = 0, alpha = 0] = gl.getParameter(gl.COLOR_CLEAR_VALUE) as Float32Array;
    renderer.autoClear = false;
    // The scene's own figures stay what they were when it was drawn.
    info.autoReset = false;
    try {
      renderer.setRenderTarget(target);
      renderer.render(this.#triangle, this.#camera);
    } finally {
      // Three takes its clear colour into the colours of the target before it draws, and `clear()` relies on the last.
      renderer.state.buffers.color.setClear(red, green, blue, alpha, false);
      renderer.autoClear = autoClear;
      info.autoReset = autoReset;
      Object.assign(info.render, { calls, triangles, points, lines });
    }
  }
}

/** One triangle that covers the whole of clip space. */
function wholeScreen(): BufferGeometry {
  const corners = new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]);
  return new BufferGeometry().setAttribute("position", new BufferAttribute(corners, 3));
}

function materialOf(fragmentShader: string, uniforms: Record<string, { value: unknown }>): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader,
    fragmentShader,
    uniforms,
    blending: NoBlending,
    depthTest: false,
    depthWrite: false,
    toneMapped: false,
  });
}

/** Cases: three's materials, and what they do with light. */

import { bodies, type Case, chequerTexture, stage } from "./case.ts";

export const cases: Readonly<Record<string, Case>> = {
  basic: (c) => stage(c, bodies(c, new c.three.MeshBasicMaterial({ color: 0xff8844 }))),
  lambert: (c) => stage(c, bodies(c, new c.three.MeshLambertMaterial({ color: 0x44ff88 }))),
  phong: (c) => stage(c, bodies(c, new c.three.MeshPhongMaterial({ color: 0x4488ff, shininess: 80 }))),
  standard: (c) =>
    stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0xcc4444, roughness: 0.3, metalness: 0.4 }))),
  physical: (c) => {
    const material = new c.three.MeshPhysicalMaterial({ color: 0x8844cc, clearcoat: 1, sheen: 0.5, roughness: 0.4 });
    return stage(c, bodies(c, material));
  },
  transmission: (c) => {
    const behind = new c.three.Mesh(
      new c.three.PlaneGeometry(4, 3),
      new c.three.MeshBasicMaterial({ map: chequerTexture(c) }),
    );
    behind.position.z = -1;
    const glass = new c.three.MeshPhysicalMaterial({ transmission: 1, roughness: 0.1, thickness: 0.5, ior: 1.4 });
    return stage(c, behind, bodies(c, glass));
  },
  toon: (c) => stage(c, bodies(c, new c.three.MeshToonMaterial({ color: 0xffcc33 }))),
  normal: (c) => stage(c, bodies(c, new c.three.MeshNormalMaterial())),
  depth: (c) => {
    const parts = stage(c, bodies(c, new c.three.MeshDepthMaterial()));
    parts.camera.near = 2;
    parts.camera.far = 6;
    parts.camera.updateProjectionMatrix();
    return parts;
  },
  matcap: (c) => stage(c, bodies(c, new c.three.MeshMatcapMaterial({ matcap: chequerTexture(c) }))),
  wireframe: (c) => stage(c, bodies(c, new c.three.MeshBasicMaterial({ wireframe: true, color: 0xffffff }))),
  transparent: (c) => {
    const material = new c.three.MeshStandardMaterial({
      color: 0x33aaff,
      transparent: true,
      opacity: 0.5,
      side: c.three.DoubleSide,
    });
    return stage(c, bodies(c, material));
  },
  blending: (c) => {
    const { AdditiveBlending, Mesh, MeshBasicMaterial, MultiplyBlending, PlaneGeometry, SubtractiveBlending } = c.three;
    const planes = [AdditiveBlending, SubtractiveBlending, MultiplyBlending].map((blending, index) => {
      const material = new MeshBasicMaterial({
        color: 0x886644,
        blending,
        transparent: true,
        premultipliedAlpha: true,
      });
      const plane = new Mesh(new PlaneGeometry(1, 1), material);
      plane.position.x = (index - 1) * 1.3;
      return plane;
    });
    return stage(c, ...planes);
  },
  vertexColours: (c) => {
    const geometry = new c.three.SphereGeometry(1, 24, 16);
    const positions = geometry.getAttribute("position");
    const colours = new Float32Array(positions.count * 3);
    for (let index = 0; index < positions.count; index += 1) {
      colours.set([positions.getX(index) * 0.5 + 0.5, positions.getY(index) * 0.5 + 0.5, 0.5], index * 3);
    }
    geometry.setAttribute("color", new c.three.BufferAttribute(colours, 3));
    return stage(c, new c.three.Mesh(geometry, new c.three.MeshStandardMaterial({ vertexColors: true })));
  },
  maps: (c) => {
    const map = chequerTexture(c);
    const material = new c.three.MeshStandardMaterial({
      map,
      bumpMap: map,
      bumpScale: 2,
      roughnessMap: map,
      emissive: 0x220000,
    });
    return stage(c, bodies(c, material));
  },
  alphaTest: (c) => {
    const material = new c.three.MeshStandardMaterial({
      map: chequerTexture(c),
      alphaMap: chequerTexture(c),
      alphaTest: 0.4,
      side: c.three.DoubleSide,
    });
    return stage(c, bodies(c, material));
  },
  displacement: (c) => {
    const material = new c.three.MeshStandardMaterial({ displacementMap: chequerTexture(c), displacementScale: 0.2 });
    return stage(c, new c.three.Mesh(new c.three.SphereGeometry(1, 128, 64), material));
  },
  shader: (c) => {
    const material = new c.three.ShaderMaterial({
      uniforms: {
        stripes: { value: 12 },
        colours: { value: [new c.three.Color(1, 0.5, 0), new c.three.Color(0, 0.3, 1)] },
      },
      vertexShader:
        "varying vec2 at; void main() { at = uv; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
      fragmentShader:
        "uniform float stripes; uniform vec3 colours[2]; varying vec2 at; void main() { gl_FragColor = vec4(mix(colours[0], colours[1], step(0.5, fract(at.x * stripes))), 1.0); }",
    });
    return stage(c, bodies(c, material));
  },
  rawShader: (c) => {
    const material = new c.three.RawShaderMaterial({
      glslVersion: c.three.GLSL3,
      vertexShader:
        "uniform mat4 projectionMatrix, modelViewMatrix; in vec3 position, normal; out vec3 n; void main() { n = normal; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
      fragmentShader:
        "precision highp float; in vec3 n; out vec4 colour; void main() { colour = vec4(abs(normalize(n)), 1.0); }",
    });
    return stage(c, bodies(c, material));
  },
  onBeforeCompile: (c) => {
    const material = new c.three.MeshStandardMaterial({ color: 0x999999 });
    material.onBeforeCompile = (shader) => {
      shader.fragmentShader = shader.fragmentShader.replace(
        "#include <dithering_fragment>",
        "gl_FragColor.rb = gl_FragColor.br * vec2(1.0, 0.3);",
      );
    };
    return stage(c, bodies(c, material));
  },
  toneMapping: (c) => {
    c.renderer.toneMapping = c.three.ACESFilmicToneMapping;
    c.renderer.toneMappingExposure = 1.4;
    return stage(
      c,
      bodies(c, new c.three.MeshStandardMaterial({ color: 0xffaa55, emissive: 0x552200, emissiveIntensity: 3 })),
    );
  },
  clipping: (c) => {
    c.renderer.localClippingEnabled = true;
    const plane = new c.three.Plane(new c.three.Vector3(0, -1, 0.3), 0.2);
    return stage(
      c,
      bodies(
        c,
        new c.three.MeshStandardMaterial({ color: 0x66cc66, clippingPlanes: [plane], side: c.three.DoubleSide }),
      ),
    );
  },
  stencil: (c) => {
    const {
      AlwaysStencilFunc,
      CircleGeometry,
      EqualStencilFunc,
      Mesh,
      MeshBasicMaterial,
      PlaneGeometry,
      ReplaceStencilOp,
    } = c.three;
    const mask = new Mesh(
      new CircleGeometry(0.8, 48),
      new MeshBasicMaterial({
        colorWrite: false,
        depthWrite: false,
        stencilWrite: true,
        stencilRef: 1,
        stencilFunc: AlwaysStencilFunc,
        stencilZPass: ReplaceStencilOp,
      }),
    );
    const shown = new Mesh(
      new PlaneGeometry(3, 3),
      new MeshBasicMaterial({
        map: chequerTexture(c),
        stencilWrite: true,
        stencilRef: 1,
        stencilFunc: EqualStencilFunc,
      }),
    );
    shown.renderOrder = 1;
    return stage(c, mask, shown);
  },
};

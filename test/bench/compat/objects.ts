/** Cases: three's objects and geometries. */

import { bodies, type Case, chequerTexture, sequence, stage } from "./case.ts";

export const cases: Readonly<Record<string, Case>> = {
  points: (c) => {
    const random = sequence();
    const positions = Float32Array.from({ length: 900 }, () => random() * 3 - 1.5);
    const geometry = new c.three.BufferGeometry().setAttribute("position", new c.three.BufferAttribute(positions, 3));
    return stage(c, new c.three.Points(geometry, new c.three.PointsMaterial({ size: 0.12, color: 0xffdd66 })));
  },
  lines: (c) => {
    const points = Array.from({ length: 60 }, (_, at) => new c.three.Vector3(at / 20 - 1.5, Math.sin(at / 4), 0));
    const geometry = new c.three.BufferGeometry().setFromPoints(points);
    const dashed = new c.three.Line(
      geometry,
      new c.three.LineDashedMaterial({ color: 0xff6688, dashSize: 0.1, gapSize: 0.05 }),
    );
    dashed.computeLineDistances();
    dashed.position.y = 0.6;
    return stage(c, new c.three.Line(geometry, new c.three.LineBasicMaterial({ color: 0x66ff88 })), dashed);
  },
  edges: (c) => {
    const edges = new c.three.EdgesGeometry(new c.three.IcosahedronGeometry(1.2));
    return stage(c, new c.three.LineSegments(edges, new c.three.LineBasicMaterial({ color: 0xffffff })));
  },
  sprites: (c) => {
    const sprites = [-1, 0, 1].map((x) => {
      const sprite = new c.three.Sprite(new c.three.SpriteMaterial({ map: chequerTexture(c), rotation: x * 0.4 }));
      sprite.position.x = x * 1.2;
      return sprite;
    });
    return stage(c, ...sprites);
  },
  instances: (c) => {
    const mesh = new c.three.InstancedMesh(
      new c.three.BoxGeometry(0.2, 0.2, 0.2),
      new c.three.MeshStandardMaterial(),
      100,
    );
    const random = sequence(3);
    for (let index = 0; index < 100; index += 1) {
      const place = new c.three.Matrix4().makeRotationX(index);
      mesh.setMatrixAt(index, place.setPosition((index % 10) * 0.3 - 1.35, Math.floor(index / 10) * 0.28 - 1.3, 0));
      mesh.setColorAt(index, new c.three.Color().setHSL(random(), 0.7, 0.5));
    }
    return stage(c, mesh);
  },
  batched: (c) => {
    const mesh = new c.three.BatchedMesh(20, 5000, 10000, new c.three.MeshStandardMaterial());
    const shapes = [
      new c.three.BoxGeometry(0.4, 0.4, 0.4),
      new c.three.SphereGeometry(0.25),
      new c.three.ConeGeometry(0.25, 0.5),
    ];
    const ids = shapes.map((shape) => mesh.addGeometry(shape));
    for (let index = 0; index < 18; index += 1) {
      const instance = mesh.addInstance(ids[index % 3] ?? 0);
      mesh.setMatrixAt(
        instance,
        new c.three.Matrix4().makeTranslation((index % 6) * 0.6 - 1.5, Math.floor(index / 6) * 0.8 - 0.8, 0),
      );
      mesh.setColorAt(instance, new c.three.Color().setHSL(index / 18, 0.8, 0.5));
    }
    return stage(c, mesh);
  },
  levels: (c) => {
    const lod = new c.three.LOD();
    for (const [detail, far] of [
      [3, 0],
      [1, 3],
      [0, 8],
    ] as const) {
      lod.addLevel(
        new c.three.Mesh(
          new c.three.IcosahedronGeometry(1, detail),
          new c.three.MeshNormalMaterial({ flatShading: true }),
        ),
        far,
      );
    }
    return stage(c, lod);
  },
  morph: (c) => {
    const geometry = new c.three.BoxGeometry(1.2, 1.2, 1.2, 12, 12, 12);
    const base = geometry.getAttribute("position");
    const round = new Float32Array(base.count * 3);
    for (let index = 0; index < base.count; index += 1) {
      new c.three.Vector3()
        .fromBufferAttribute(base, index)
        .normalize()
        .toArray(round, index * 3);
    }
    geometry.morphAttributes["position"] = [new c.three.BufferAttribute(round, 3)];
    const mesh = new c.three.Mesh(geometry, new c.three.MeshNormalMaterial({ flatShading: true }));
    mesh.morphTargetInfluences = [0.7];
    mesh.rotation.set(0.4, 0.6, 0);
    return stage(c, mesh);
  },
  skinned: (c) => {
    const {
      Bone,
      CylinderGeometry,
      Float32BufferAttribute,
      MeshStandardMaterial,
      Skeleton,
      SkinnedMesh,
      Uint16BufferAttribute,
    } = c.three;
    const geometry = new CylinderGeometry(0.3, 0.3, 2.4, 16, 24);
    const count = geometry.getAttribute("position").count;
    const [indices, weights]: [number[], number[]] = [[], []];
    for (let index = 0; index < count; index += 1) {
      const y = (geometry.getAttribute("position").getY(index) + 1.2) / 2.4;
      indices.push(0, 1, 0, 0);
      weights.push(1 - y, y, 0, 0);
    }
    geometry.setAttribute("skinIndex", new Uint16BufferAttribute(indices, 4));
    geometry.setAttribute("skinWeight", new Float32BufferAttribute(weights, 4));
    const [root, tip] = [new Bone(), new Bone()];
    root.position.y = -1.2;
    tip.position.y = 1.2;
    root.add(tip);
    const mesh = new SkinnedMesh(geometry, new MeshStandardMaterial({ color: 0xddaa66 }));
    mesh.add(root);
    mesh.bind(new Skeleton([root, tip]));
    tip.rotation.z = 0.9;
    return stage(c, mesh);
  },
  extrude: (c) => {
    const shape = new c.three.Shape().moveTo(0, 0).bezierCurveTo(0, 1, 1, 1, 1, 0).lineTo(0.5, -0.8);
    const geometry = new c.three.ExtrudeGeometry(shape, { depth: 0.4, bevelSize: 0.06, bevelThickness: 0.06 });
    const mesh = new c.three.Mesh(geometry.center(), new c.three.MeshStandardMaterial({ color: 0x77bbee }));
    mesh.rotation.set(0.3, 0.7, 0);
    return stage(c, mesh);
  },
  tube: (c) => {
    const curve = new c.three.CatmullRomCurve3(
      [
        [-1.5, 0, 0],
        [-0.5, 1, 0.5],
        [0.5, -1, -0.5],
        [1.5, 0, 0],
      ].map(([x, y, z]) => new c.three.Vector3(x, y, z)),
    );
    return stage(
      c,
      new c.three.Mesh(
        new c.three.TubeGeometry(curve, 64, 0.15, 12),
        new c.three.MeshStandardMaterial({ color: 0x88dd55 }),
      ),
    );
  },
  lathe: (c) => {
    const points = Array.from({ length: 20 }, (_, at) => new c.three.Vector2(0.4 + Math.sin(at / 3) * 0.3, at / 9 - 1));
    return stage(
      c,
      new c.three.Mesh(
        new c.three.LatheGeometry(points, 40),
        new c.three.MeshStandardMaterial({ color: 0xcc88aa, side: c.three.DoubleSide }),
      ),
    );
  },
  polyhedra: (c) => {
    const shapes = [
      new c.three.TetrahedronGeometry(0.6),
      new c.three.OctahedronGeometry(0.6),
      new c.three.DodecahedronGeometry(0.6),
    ];
    const meshes = shapes.map((shape, index) => {
      const mesh = new c.three.Mesh(shape, new c.three.MeshStandardMaterial({ color: 0xffaa33, flatShading: true }));
      mesh.position.x = (index - 1) * 1.4;
      return mesh;
    });
    return stage(c, ...meshes);
  },
  helpers: (c) => {
    const box = new c.three.Mesh(new c.three.BoxGeometry(), new c.three.MeshNormalMaterial());
    const parts = stage(
      c,
      box,
      new c.three.AxesHelper(1.5),
      new c.three.GridHelper(4, 8),
      new c.three.BoxHelper(box, 0xffff00),
    );
    parts.camera.position.set(2, 2, 3);
    parts.camera.lookAt(0, 0, 0);
    return parts;
  },
  orthographic: (c) => {
    const parts = stage(c, bodies(c, new c.three.MeshNormalMaterial()));
    const camera = new c.three.OrthographicCamera(-2.4, 2.4, 1.8, -1.8, 0.1, 10);
    camera.position.z = 4;
    return { ...parts, camera };
  },
  viewports: (c) => {
    const parts = stage(c, bodies(c, new c.three.MeshNormalMaterial()));
    const { width, height } = c.size;
    return {
      ...parts,
      render() {
        c.renderer.setScissorTest(true);
        for (const side of [0, 1]) {
          c.renderer.setViewport((side * width) / 2, 0, width / 2, height);
          c.renderer.setScissor((side * width) / 2, 0, width / 2, height);
          parts.camera.position.z = 4 + side * 4;
          c.renderer.render(parts.scene, parts.camera);
        }
        c.renderer.setScissorTest(false);
        c.renderer.setViewport(0, 0, width, height);
      },
    };
  },
  animation: (c) => {
    const mesh = new c.three.Mesh(new c.three.BoxGeometry(), new c.three.MeshNormalMaterial());
    const track = new c.three.VectorKeyframeTrack(".position", [0, 1, 2], [-1, 0, 0, 1, 0.5, 0, 1, -0.5, 0]);
    const mixer = new c.three.AnimationMixer(mesh);
    mixer.clipAction(new c.three.AnimationClip("move", 2, [track])).play();
    mixer.setTime(0.8);
    return stage(c, mesh);
  },
};

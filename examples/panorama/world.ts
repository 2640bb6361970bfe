/**
 * A small world that is seen all around, of which the example's own movie is made: `npm start -- render examples/panorama/world.ts
 * examples/panorama/world.mp4 --frames 0..59 --fps 15 --size 3840x1920 --samples 4 --quality 85`.
 */

import { defineScene, panoramaCamera } from "scenecast/scene";
import * as THREE from "three";

const PILLARS = 16;
const BALLS = 5;
/** The movie goes round in as many seconds, so that its end is its beginning. */
const ROUND_SECONDS = 4;

export default defineScene({
  title: "A world all around",
  animate: true,
  setup() {
    const scene = new THREE.Scene();
    const sun = new THREE.DirectionalLight("#fff1df", 2.6);
    // From behind, so that what is ahead is lit.
    sun.position.set(3, 5, 4);
    scene.add(sky(), sun, new THREE.HemisphereLight("#b9c8ff", "#6a5138", 1.1), ground(), ...pillars());
    const balls = Array.from({ length: BALLS }, (_, at) => {
      const color = new THREE.Color().setHSL(at / BALLS, 0.75, 0.55);
      return new THREE.Mesh(new THREE.SphereGeometry(0.45, 32, 20), new THREE.MeshStandardMaterial({ color }));
    });
    scene.add(...balls);
    const camera = panoramaCamera(new THREE.PerspectiveCamera(50, 2, 0.1, 200));
    camera.position.y = 1.6;
    return {
      scene,
      camera,
      update({ elapsed }) {
        const turn = (elapsed / ROUND_SECONDS) * 2 * Math.PI;
        for (const [at, ball] of balls.entries()) {
          const angle = turn + (at / BALLS) * 2 * Math.PI;
          ball.position.set(4.5 * Math.sin(angle), 1.4 + 0.8 * Math.sin(2 * turn + at), -4.5 * Math.cos(angle));
        }
      },
    };
  },
});

/** A dome from the haze at the horizon to the blue above. */
function sky(): THREE.Mesh {
  const geometry = new THREE.SphereGeometry(100, 48, 32);
  const [haze, blue] = [new THREE.Color("#f3d9c0"), new THREE.Color("#3c6fc4")];
  const heights = geometry.getAttribute("position");
  const colors = Array.from({ length: heights.count }, (_, at) =>
    haze.clone().lerp(blue, Math.sqrt(Math.max(0, heights.getY(at) / 100))),
  ).flatMap((color) => color.toArray());
  geometry.setAttribute("color", new THREE.Float32BufferAttribute(colors, 3));
  return new THREE.Mesh(geometry, new THREE.MeshBasicMaterial({ vertexColors: true, side: THREE.BackSide }));
}

function ground(): THREE.Group {
  const floor = new THREE.Mesh(
    new THREE.CircleGeometry(90, 64),
    new THREE.MeshStandardMaterial({ color: "#7c8a5c", roughness: 1 }),
  );
  floor.rotation.x = -Math.PI / 2;
  const lines = new THREE.GridHelper(60, 30, "#3d4a2c", "#a3ab7a");
  lines.position.y = 0.01;
  return new THREE.Group().add(floor, lines);
}

/** One every 22.5°; that in the north, ahead, is red, and the others tell by their colours how far one has turned. */
function pillars(): readonly THREE.Mesh[] {
  return Array.from({ length: PILLARS }, (_, at) => {
    const angle = (at / PILLARS) * 2 * Math.PI;
    const color = new THREE.Color().setHSL(at / PILLARS, 0.6, 0.5);
    const height = at % 4 === 0 ? 4 : 2.4;
    const pillar = new THREE.Mesh(
      new THREE.CylinderGeometry(0.35, 0.42, height, 24),
      new THREE.MeshStandardMaterial({ color }),
    );
    pillar.position.set(9 * Math.sin(angle), height / 2, -9 * Math.cos(angle));
    return pillar;
  });
}

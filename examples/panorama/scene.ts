/**
 * A player of 360° video: the movie is decoded and looked at here, and what is seen is streamed. Drag, scroll, the arrow keys and how a
 * phone is held look around; the space bar stops it and lets it go on.
 *
 * npm start -- examples/panorama/scene.ts --param movie=/path/of/an/equirectangular.mp4
 */

import { defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";
import { LookAround } from "./look-around.ts";

/** What is shown where no movie is given; beside this file. */
const OWN_MOVIE = "world.mp4";

/** What a page may send of how a phone is held. */
type Held = { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly screen: number };

export default defineScene({
  title: "Panorama",
  parameters: { movie: { type: "text", default: "", description: "The path of an equirectangular movie" } },
  controls: {
    playing: { type: "switch", value: true, label: "Plays" },
    begin: { type: "button", label: "From the beginning" },
  },
  async setup({ size, element, parameters, controls, messages, invalidate }) {
    const video = await opened(parameters.movie === "" ? OWN_MOVIE : parameters.movie);
    const scene = new THREE.Scene();
    const texture = new THREE.VideoTexture(video);
    texture.wrapS = THREE.RepeatWrapping;
    // Its first picture is there; else it is black until the second comes.
    texture.needsUpdate = true;
    scene.add(sphereOf(texture));
    const camera = new THREE.PerspectiveCamera(75, size.width / size.height, 0.1, 10);
    const look = new LookAround(camera, element, invalidate);

    const follow = (isPlaying: boolean): void => void (isPlaying ? video.play().catch(() => undefined) : video.pause());
    controls.onChange("playing", follow);
    controls.onPress("begin", () => {
      video.currentTime = 0;
    });
    element.addEventListener("keydown", ({ key }) => {
      if (key !== " ") return;
      controls.playing = !controls.playing;
      follow(controls.playing);
    });
    messages.onMessage((data) => {
      const held = heldOf(data);
      if (held !== null) look.hold(held.alpha, held.beta, held.gamma, held.screen);
    });
    follow(controls.playing);

    return {
      scene,
      camera,
      getState: () => ({ yaw: look.yaw, pitch: look.pitch, fov: look.fov, time: video.currentTime }),
      setState(state) {
        look.set({ yaw: numberIn(state, "yaw"), pitch: numberIn(state, "pitch"), fov: numberIn(state, "fov") });
        video.currentTime = numberIn(state, "time");
      },
      dispose: () => video.pause(),
    };
  },
});

async function opened(path: string): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.loop = true;
  const isThere = new Promise((resolve, reject) => {
    video.addEventListener("canplay", resolve);
    video.addEventListener("error", () => reject(new Error(`${path} is no movie: ${video.error?.message}`)));
  });
  video.src = path;
  await isThere;
  return video;
}

/**
 * Each pixel is looked up where its direction is in the movie, so that nothing bends, at the poles neither. Colours are passed on as
 * the movie has them.
 */
function sphereOf(texture: THREE.Texture): THREE.Mesh {
  const material = new THREE.ShaderMaterial({
    side: THREE.BackSide,
    depthTest: false,
    uniforms: { movie: { value: texture } },
    vertexShader: `
      varying vec3 to;
      void main() {
        to = position;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: `
      #include <common>
      uniform sampler2D movie;
      varying vec3 to;
      void main() {
        vec3 ray = normalize(to);
        vec2 place = vec2(atan(ray.x, -ray.z) / (2.0 * PI) + 0.5, asin(clamp(ray.y, -1.0, 1.0)) / PI + 0.5);
        gl_FragColor = texture2D(movie, place);
      }`,
  });
  return new THREE.Mesh(new THREE.BoxGeometry(2, 2, 2), material);
}

function numberIn(state: Json, name: string): number {
  const value = typeof state === "object" && state !== null ? (state as Record<string, Json>)[name] : null;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`state.${name} must be a number.`);
}

/** Null for a message of another kind. */
function heldOf(data: unknown): Held | null {
  if (typeof data !== "object" || data === null || data instanceof Uint8Array) return null;
  const { alpha, beta, gamma, screen } = data as Partial<Held>;
  const numbers = [alpha, beta, gamma, screen];
  if (!numbers.every((one) => typeof one === "number" && Number.isFinite(one))) return null;
  return data as Held;
}

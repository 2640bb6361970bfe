/**
 * A drive of the KITTI raw data, seen as its car saw it: the lidar's sweeps, the four cameras, what was labelled, the way on the ground, and
 * when each sensor recorded. `--param folder=…/2011_09_26_drive_0001_sync` shows a real one; without it a street is made up. Drag the
 * time line; space plays and pauses, arrows go from sweep to sweep, C changes the colours, + and − the speed.
 */

import { cameraState, defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { openDrive } from "./drive/drive.ts";
import { madeDrive } from "./drive/made-drive.ts";
import { Player } from "./drive/player.ts";
import { DriveView } from "./view/drive-view.ts";
import { isWithin } from "./view/layout.ts";
import { COLOURS } from "./view/palette.ts";
import { COLOURINGS } from "./view/sweep-points.ts";

const FIELD_OF_VIEW = 45;
const MAX_SPEED = 4;

export default defineScene({
  title: "A drive of KITTI",
  content: "lines",
  parameters: {
    folder: {
      type: "text",
      default: "",
      maxLength: 500,
      description: "The folder of a drive; none: a street is made up",
    },
    kind: { type: "choice", options: ["sync", "extract"], default: "sync", description: "Which kind is made up" },
  },
  controls: {
    playing: { type: "switch", value: true, label: "Play" },
    speed: { type: "range", min: 0.1, max: MAX_SPEED, step: 0.1, value: 1, label: "Speed" },
    colouring: { type: "choice", options: [...COLOURINGS], value: "height", label: "Lidar by" },
    pointSize: { type: "range", min: 0.3, max: 4, step: 0.1, value: 1, label: "Point size" },
    overlay: {
      type: "choice",
      options: ["nothing", "boxes", "lidar", "both"],
      value: "boxes",
      label: "On the pictures",
    },
    view: { type: "choice", options: ["behind the car", "north up"], value: "behind the car", label: "View" },
    Show: {
      type: "folder",
      open: false,
      controls: {
        pictures: { type: "switch", value: true, label: "Pictures" },
        boxes: { type: "switch", value: true, label: "Boxes" },
        names: { type: "switch", value: true, label: "Names" },
        path: { type: "switch", value: true, label: "Path" },
      },
    },
    begin: { type: "button", label: "From the beginning" },
  },
  async setup({ size, element, controls, parameters, invalidate }) {
    const drive = await openDrive(parameters.folder === "" ? await madeDrive(parameters.kind) : parameters.folder);
    const view = new DriveView(drive, size, invalidate);
    await view.frames.ready(0);
    const player = new Player(drive.duration);
    const scene = new THREE.Scene();
    scene.background = new THREE.Color(COLOURS.background);
    scene.add(view.object);

    // Before the camera's controls, which must not turn while the time line is dragged.
    let isScrubbing = false;
    const scrub = ({ clientX }: PointerEvent): void => {
      player.jump(view.timeLine.timeAt(clientX));
      invalidate();
    };
    element.addEventListener("pointerdown", (event) => {
      isScrubbing = isWithin(view.timeLine.rectangle, event.clientX, event.clientY);
      orbit.enabled = !isScrubbing;
      if (isScrubbing) scrub(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (isScrubbing) scrub(event);
      const isOver = isWithin(view.timeLine.rectangle, event.clientX, event.clientY);
      element.style.cursor = isOver ? "ew-resize" : "";
    });
    for (const type of ["pointerup", "pointercancel"] as const)
      element.addEventListener(type, () => {
        isScrubbing = false;
        orbit.enabled = true;
      });
    element.addEventListener("keydown", (event) => {
      press(event.key);
      invalidate();
    });
    controls.onPress("begin", () => player.jump(0));

    const camera = new THREE.PerspectiveCamera(FIELD_OF_VIEW, size.width / size.height, 0.5, 400);
    camera.position.set(-2.5, 9.5, 17);
    const orbit = new OrbitControls(camera, element);
    orbit.enableDamping = true;
    orbit.minDistance = 4;
    orbit.maxDistance = 160;
    orbit.maxPolarAngle = 1.5;
    orbit.target.set(0, -2, -8);
    orbit.update();

    const press = (key: string): void => {
      const sweeps = drive.lidar ?? drive.cameras.find((stream) => stream !== null) ?? drive.oxts;
      if (key === " ") controls.playing = !controls.playing;
      else if (key === "ArrowRight" || key === "ArrowLeft") {
        controls.playing = false;
        player.step(sweeps, key === "ArrowRight" ? 1 : -1);
      } else if (key === "Home" || key === "End") player.jump(key === "Home" ? 0 : drive.duration);
      else if (key === "+" || key === "-")
        controls.speed = THREE.MathUtils.clamp(controls.speed * (key === "+" ? 1.5 : 1 / 1.5), 0.1, MAX_SPEED);
      else if (key.toLowerCase() === "c")
        controls.colouring = COLOURINGS[(COLOURINGS.indexOf(controls.colouring) + 1) % COLOURINGS.length] ?? "height";
    };
    const kept = cameraState(camera, orbit);
    return {
      scene,
      camera,
      update({ delta, elapsed }) {
        const isPlaying = controls.playing && !isScrubbing;
        if (isPlaying) player.advance(elapsed, controls.speed, view.frames.isComplete);
        else player.rest();
        orbit.dampingFactor = 1 - Math.exp(-12 * delta);
        const isMoving = orbit.update();
        const { pictures, boxes, names, path } = controls.Show;
        const isOn = (what: string): boolean => controls.overlay === what || controls.overlay === "both";
        view.show(player.time, player.isBackwards, {
          colouring: controls.colouring,
          pointSize: controls.pointSize,
          turnsWithCar: controls.view === "behind the car",
          ...{ hasPictures: pictures, hasBoxes: boxes, hasNames: names, hasPath: path },
          hasPointsOnPictures: isOn("lidar"),
          hasBoxesOnPictures: isOn("boxes"),
        });
        moveIntoFree(camera, view, size);
        // What is read asks for the next frame itself.
        return (isPlaying && view.frames.isComplete) || isMoving;
      },
      resize: () => view.arrange(controls.Show.pictures),
      getState: () => ({ view: kept.getState(), seconds: player.time }),
      setState(state) {
        const { view: place = null, seconds } = state as { readonly view?: Json; readonly seconds?: Json };
        if (place !== null) kept.setState(place);
        if (typeof seconds === "number") player.jump(seconds);
      },
      dispose() {
        orbit.dispose();
        view.dispose();
      },
    };
  },
});

/** What the camera looks at is in the middle of the space that is left for it; on a telephone the lens is wider. */
function moveIntoFree(
  camera: THREE.PerspectiveCamera,
  view: DriveView,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const { free } = view.layout;
  const shift = (free.x + free.width / 2) / width - 0.5;
  camera.fov = width < height ? 64 : FIELD_OF_VIEW;
  const spread = 2 * Math.tan(THREE.MathUtils.degToRad(camera.fov / 2)) * (width / height);
  camera.filmOffset = -shift * spread * camera.getFilmWidth();
  camera.aspect = width / height;
  camera.updateProjectionMatrix();
  view.shift(shift * width);
}

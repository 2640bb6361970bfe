import { OrthographicCamera, PerspectiveCamera, Vector3 } from "three";
import { expect, test } from "vitest";
import { cameraState } from "../../../../server/render/camera-state.ts";

test("a camera that takes the state of another stands and looks as that one does", () => {
  const one = new PerspectiveCamera();
  one.position.set(1, 2, 3);
  one.lookAt(4, 5, 6);
  one.zoom = 1.5;
  const controls = { target: new Vector3(4, 5, 6), update: () => undefined };
  const state = JSON.parse(JSON.stringify(cameraState(one, controls).getState()));
  const other = new PerspectiveCamera();
  const otherControls = { target: new Vector3(), update: () => undefined };
  cameraState(other, otherControls).setState(state);
  const placeOf = ({ position, quaternion, zoom }: PerspectiveCamera) => [
    position.toArray(),
    quaternion.toArray(),
    zoom,
  ];
  expect(placeOf(other)).toEqual(placeOf(one));
  expect(otherControls.target).toEqual(controls.target);
  expect(other.projectionMatrix.elements[0]).toBeCloseTo(
    (new PerspectiveCamera().projectionMatrix.elements[0] ?? 0) * 1.5,
  );
});

test("what is left of a swing does not turn the camera away from the state", () => {
  const camera = new PerspectiveCamera();
  let swing = 5;
  const controls = {
    target: new Vector3(),
    enableDamping: true,
    update() {
      camera.position.x += swing;
      swing = controls.enableDamping ? swing / 2 : 0;
    },
  };
  const kept = cameraState(camera, controls);
  const state = kept.getState();
  controls.update();
  kept.setState(state);
  controls.update();
  expect([camera.position.x, controls.enableDamping]).toEqual([0, true]);
});

test.each([
  [null, "state.position must be 3 numbers."],
  [{}, "state.position must be 3 numbers."],
  [{ position: [0, 0, "x"], quaternion: [0, 0, 0, 1], zoom: 1 }, "state.position must be 3 numbers."],
  [{ position: [0, 0, 0], quaternion: [0, 0, 0], zoom: 1 }, "state.quaternion must be 4 numbers."],
  [{ position: [0, 0, 0], quaternion: [0, 0, 0, 1], zoom: 0 }, "state.zoom must be a number above 0."],
])("%j is no state of a camera and changes nothing", (state, sentence) => {
  const camera = new OrthographicCamera();
  camera.position.set(7, 8, 9);
  expect(() => cameraState(camera).setState(state)).toThrow(new TypeError(sentence));
  expect(camera.position).toEqual(new Vector3(7, 8, 9));
});

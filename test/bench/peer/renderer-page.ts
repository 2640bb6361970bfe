/** The page that renders: a scene module in a canvas, its stream sent by the browser's WebRTC, input played on the canvas. */

import * as three from "three";
import scene from "../scenes/spheres-60.ts";
import { gathered, type PeerInput, type RendererPage } from "./messages.ts";

const peer = new RTCPeerConnection();
const canvas = document.createElement("canvas");
let frames = 0;

async function drawOnDemand(size: { readonly width: number; readonly height: number }): Promise<() => void> {
  Object.assign(canvas, size);
  document.body.append(canvas);
  // The pointer is not a real one, which the browser would refuse to capture.
  canvas.setPointerCapture = () => undefined;
  canvas.releasePointerCapture = () => undefined;
  // Without anti-aliasing, as the server draws what moves when it has no GPU.
  const renderer = new three.WebGLRenderer({ canvas, antialias: false });
  renderer.setSize(size.width, size.height, false);
  let isAsked = false;
  const clock = { elapsed: 0, delta: 0 };
  const invalidate = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      parts.update?.(clock);
      renderer.render(parts.scene, parts.camera);
      frames += 1;
    });
  };
  const messages = { broadcast: () => undefined, send: () => undefined, onMessage: () => () => undefined };
  const controls = { onChange: () => () => undefined, onPress: () => () => undefined };
  const data = { names: [], get: () => null, follow: () => () => undefined, followAll: () => () => undefined };
  const parts = await scene.setup({
    three,
    renderer,
    size,
    clock,
    element: canvas,
    messages,
    parameters: {},
    data,
    controls,
    input: null,
    invalidate,
  });
  invalidate();
  return invalidate;
}

function play({ type, x, y, button, buttons }: PeerInput): void {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const place = { clientX: left + x * width, clientY: top + y * height };
  const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true };
  canvas.dispatchEvent(new PointerEvent(type, { ...pointer, ...place, button, buttons }));
}

/** H.264 first, as the server has it; the size is kept, so that the same is compared. */
async function sendCanvas(): Promise<void> {
  const track = canvas.captureStream().getVideoTracks()[0];
  if (track === undefined) throw new Error("The canvas gives no video.");
  const transceiver = peer.addTransceiver(track, {
    direction: "sendonly",
    sendEncodings: [{ maxBitrate: 8_000_000, maxFramerate: 60 }],
  });
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const isH264 = ({ mimeType }: { mimeType: string }) => mimeType === "video/H264";
  transceiver.setCodecPreferences([...codecs.filter(isH264), ...codecs.filter((codec) => !isH264(codec))]);
  const parameters = transceiver.sender.getParameters();
  await transceiver.sender.setParameters({ ...parameters, degradationPreference: "maintain-resolution" });
}

const page: RendererPage = {
  async offer(size) {
    const invalidate = await drawOnDemand(size);
    const channels = [
      peer.createDataChannel("control"),
      peer.createDataChannel("pointer", { ordered: false, maxRetransmits: 0 }),
    ];
    for (const channel of channels) {
      channel.addEventListener("message", ({ data }) => {
        play(JSON.parse(data) as PeerInput);
        invalidate();
      });
    }
    await sendCanvas();
    await peer.setLocalDescription(await peer.createOffer());
    return gathered(peer);
  },
  accept: (answer) => peer.setRemoteDescription({ type: "answer", sdp: answer }),
  framesDrawn: () => frames,
  async sent() {
    const entries = [...((await peer.getStats()) as ReadonlyMap<string, Record<string, unknown>>).values()];
    const outbound = entries.find(({ type }) => type === "outbound-rtp");
    const codec = entries.find(({ id }) => id === outbound?.["codecId"]);
    const size = `${outbound?.["frameWidth"]}x${outbound?.["frameHeight"]}`;
    return `${codec?.["mimeType"]}, ${size}`;
  },
};
Object.assign(window, { page });

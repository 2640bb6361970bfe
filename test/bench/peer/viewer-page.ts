/** The page that watches: shows the stream that another page sends, and sends the hand's input back. */

import { gathered, type PeerInput, type ViewerPage } from "./messages.ts";

const peer = new RTCPeerConnection();
const channels = new Map<string, RTCDataChannel>();
const opened = Promise.withResolvers<void>();
const video = document.createElement("video");
video.autoplay = true;
video.muted = true;

function listen(): void {
  const sendAs = (type: PeerInput["type"], label: string) => (event: PointerEvent) => {
    const { left, top, width, height } = video.getBoundingClientRect();
    const place = { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
    const input: PeerInput = { type, ...place, button: event.button, buttons: event.buttons };
    const channel = channels.get(label);
    if (channel?.readyState === "open") channel.send(JSON.stringify(input));
  };
  const move = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
  video.addEventListener("pointerdown", sendAs("pointerdown", "control"));
  video.addEventListener("pointerup", sendAs("pointerup", "control"));
  video.addEventListener(move, sendAs("pointermove", "pointer") as EventListener);
}

const page: ViewerPage = {
  async answer(offer) {
    document.body.append(video);
    listen();
    peer.addEventListener("datachannel", ({ channel }) => {
      channels.set(channel.label, channel);
      if (channels.size === 2) opened.resolve();
    });
    peer.addEventListener("track", ({ track, receiver }) => {
      Object.assign(receiver, { jitterBufferTarget: 0 });
      video.srcObject = new MediaStream([track]);
    });
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    await peer.setLocalDescription(await peer.createAnswer());
    return gathered(peer);
  },
  opened: () => opened.promise,
};
Object.assign(window, { page });

/** Owns what the two pages of the other way say to each other, and what they offer to whoever joins them. */

/** What a hand did on the picture; `x` and `y` from 0 to 1. */
export type PeerInput = {
  readonly type: "pointerdown" | "pointermove" | "pointerup";
  readonly x: number;
  readonly y: number;
  readonly button: number;
  readonly buttons: number;
};

/** In the page that renders. */
export type RendererPage = {
  /** Draws into a canvas of this size and gives the offer of its stream. */
  offer(size: { readonly width: number; readonly height: number }): Promise<string>;
  accept(answer: string): Promise<void>;
  /** Frames drawn since the page was opened. */
  framesDrawn(): number;
  /** The codec and the size of what is sent. */
  sent(): Promise<string>;
};

/** In the page that watches. */
export type ViewerPage = {
  answer(offer: string): Promise<string>;
  /** Resolves when input can be sent. */
  opened(): Promise<void>;
};

/** Resolves with the description of this end once it has all its addresses. */
export async function gathered(peer: RTCPeerConnection): Promise<string> {
  while (peer.iceGatheringState !== "complete") {
    await new Promise((resolve) => peer.addEventListener("icegatheringstatechange", resolve, { once: true }));
  }
  return peer.localDescription?.sdp ?? "";
}

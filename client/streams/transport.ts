/** Owns what the ways are called by which pictures come. */

/** In the order in which a viewer prefers them. `mjpeg` is Motion JPEG over HTTP. */
export const transports = ["webrtc", "websocket", "mjpeg"] as const;

/** A way by which pictures come. */
export type Transport = (typeof transports)[number];

/** `auto` takes the best way that works. */
export type TransportChoice = Transport | "auto";

/**
 * Owns what the server tells a viewer about its own stream, in binary on the data channels.
 *
 * `echo` (on the pointer channel, so it may be lost): which picture is the first to show an input. The viewer finds the
 * picture by its RTP time stamp (`VideoFrameCallbackMetadata.rtpTimestamp`) and so knows the time from hand to eye.
 * `pulse` (on the control channel, once a second while frames flow): how the server's stages do.
 * `received` (on the control channel, soon after an ordered event came): how many ordered events have come, so that the
 * viewer can send the others again on another way when it changes.
 */

export type FrameEcho = {
  readonly kind: "echo";
  /** The RTP time stamp of the picture on this viewer's stream; over the WebSocket the `frame` of its message. */
  readonly rtpTimestamp: number;
  /** The highest input sequence of this viewer that the picture shows (IN1 in input.ts). */
  readonly sequence: number;
  /** From the arrival of that input at the server to the picture's last packet leaving it, in milliseconds. */
  readonly serverMs: number;
};

export type StreamPulse = {
  readonly kind: "pulse";
  /** Frames rendered in the last second. */
  readonly renderedFps: number;
  /** Medians of the last second in milliseconds. */
  readonly renderMs: number;
  readonly encodeMs: number;
};

export type InputReceipt = {
  readonly kind: "received";
  /** Ordered events that came in (IN2 in input.ts), without a gap, by whatever way. */
  readonly ordered: number;
};

export type Feedback = FrameEcho | StreamPulse | InputReceipt;

const BYTES = 13;

/** The binary form: kind (0 echo, 1 pulse, 2 received), then three little-endian numbers of four bytes. */
export function encodeFeedback(feedback: Feedback): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  switch (feedback.kind) {
    case "echo":
      view.setUint32(1, feedback.rtpTimestamp, true);
      view.setUint32(5, feedback.sequence, true);
      view.setFloat32(9, feedback.serverMs, true);
      return bytes;
    case "pulse":
      view.setUint8(0, 1);
      view.setFloat32(1, feedback.renderedFps, true);
      view.setFloat32(5, feedback.renderMs, true);
      view.setFloat32(9, feedback.encodeMs, true);
      return bytes;
    case "received":
      view.setUint8(0, 2);
      view.setUint32(1, feedback.ordered, true);
      return bytes;
  }
}

/** Reads the binary form. Throws `TypeError` naming the rule that is broken. */
export function parseFeedback(bytes: Uint8Array): Feedback {
  if (bytes.byteLength !== BYTES) throw new TypeError(`feedback must have ${BYTES} bytes, not ${bytes.byteLength}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint8(0)) {
    case 0:
      return {
        kind: "echo",
        rtpTimestamp: view.getUint32(1, true),
        sequence: view.getUint32(5, true),
        serverMs: view.getFloat32(9, true),
      };
    case 1:
      return {
        kind: "pulse",
        renderedFps: view.getFloat32(1, true),
        renderMs: view.getFloat32(5, true),
        encodeMs: view.getFloat32(9, true),
      };
    case 2:
      return { kind: "received", ordered: view.getUint32(1, true) };
    default:
      throw new TypeError("feedback.kind must be 0, 1 or 2.");
  }
}

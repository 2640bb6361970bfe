/** Owns how the stages of a scene are started, in the scene's process: its drawing, the first encoder, and what else it takes. */

import type { MessagePort } from "node:worker_threads";
import { streamCodecs } from "../../shared/video.ts";
import { allocateFrameRing } from "../frames/frame-ring.ts";
import { ReaderPool } from "../frames/reader-pool.ts";
import type { RenderThreadData } from "../render/render-protocol.ts";
import { Renderer } from "../render/renderer.ts";
import type { FromSession, SceneBeginning, SessionConfig } from "../session/session-protocol.ts";
import { prepareCertificate } from "../transport/certificate.ts";
import { PortPool } from "../transport/ice/port-pool.ts";
import { WebRtcCaller } from "../transport/webrtc-caller.ts";
import { WebRtcTransport } from "../transport/webrtc-transport.ts";
import { MirrorOutlets } from "./outputs/mirror-outlets.ts";
import { PictureOutlets } from "./outputs/picture-outlets.ts";
import type { CallWebRtc, PipelineParts } from "./pipeline-parts.ts";
import { EncoderSet } from "./quality/encoder-set.ts";
import { sentCodecs } from "./quality/sent-codecs.ts";
import type { OpenWebRtc } from "./viewers/viewer-events.ts";

/**
 * How many threads may read frames: one for each codec, two for single pictures, one for studios, two for viewers with slower ways and
 * seven for sinks, of which HLS takes three. Memory of the ring that none of them uses is never touched, and costs nothing.
 */
const MAX_READERS: number = streamCodecs.length + 12;

/** What the scene is to begin with; its data comes by the port. */
export type StagesBeginning = Omit<SceneBeginning, "data"> & { readonly dataPort?: MessagePort };

/** Starts the stages of a scene. Rejects with `StreamError`, then nothing runs. */
export async function startStages(
  config: SessionConfig,
  { sceneState: state, parameters, dataPort }: StagesBeginning,
  send: (message: FromSession) => void,
  fail: (error: unknown) => void,
): Promise<PipelineParts> {
  const ring = allocateFrameRing(config.size, MAX_READERS, config.maxPixels);
  const readers = new ReaderPool(MAX_READERS);
  const { sceneUrl, size, maxFps, bitrateBps, watch, iceHost, ice, scale, panorama = false, quality } = config;
  const drawing = { scale, panorama, preference: quality.preference, ...graphicsOf(config) };
  const encoders = new EncoderSet({ ring, readers, maxFps, bitrateBps });
  const [render, encoder] = await Promise.allSettled([
    Renderer.start(
      {
        ...{ sceneUrl, size, maxFps, watch, ring, state, parameters },
        ...drawing,
        ...(dataPort === undefined ? {} : { dataPort }),
        isStepped: config.inputs === "stepped",
      },
      {
        progressed: (report) => send({ kind: "start-progressed", ...report }),
        printed: ({ level, text }) => send({ kind: "console-printed", level, text }),
        filesFound: (files) => send({ kind: "files-found", files }),
      },
    ),
    // What a scene is made of is known when it is there.
    encoders.start(sentCodecs(config, "surfaces")[0] ?? "h264"),
  ]);
  if (render.status === "rejected" || encoder.status === "rejected") {
    await Promise.allSettled([render.status === "fulfilled" ? render.value.close() : null, encoders.close()]);
    throw render.status === "rejected" ? render.reason : (encoder as PromiseRejectedResult).reason;
  }
  prepareCertificate().catch(fail);
  const outlets = new PictureOutlets({ ring, readers, send });
  const mirrors = new MirrorOutlets({ ring, readers, send });
  const webRtc = { iceHost, ice, ports: ice.ports === null ? null : new PortPool(ice.ports) };
  const openWebRtc: OpenWebRtc = (offer, codecs) => new WebRtcTransport(offer, { ...webRtc, codecs });
  const callWebRtc: CallWebRtc = ({ isHere, servers }, codecs) =>
    new WebRtcCaller({ ice, ports: webRtc.ports, isPeerHere: isHere, peerServers: servers, codecs });
  return { render: render.value, encoders, outlets, mirrors, openWebRtc, callWebRtc, send, fail };
}

/** `SCENECAST_AS_GPU=1` draws as on a GPU where there is none, to try that way. */
function graphicsOf({ backend }: SessionConfig): Pick<RenderThreadData, "backend" | "asGpu" | "i420"> {
  return { backend, asGpu: process.env["SCENECAST_AS_GPU"] === "1" ? true : null, i420: null };
}

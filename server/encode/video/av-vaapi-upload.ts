/** Owns how pictures get into the memory of a VA-API device, in the thread of the encoder that reads nothing else. */

import { AV_HWDEVICE_TYPE_VAAPI, AV_PIX_FMT_NV12, AV_PIX_FMT_VAAPI } from "node-av/constants";
import { FFmpegError, Frame, HardwareDeviceContext, HardwareFramesContext } from "node-av/lib";
import type { PictureSize } from "../../../shared/video.ts";

export class VaapiUpload {
  readonly frames: HardwareFramesContext = new HardwareFramesContext();
  readonly #device = new HardwareDeviceContext();
  readonly #frame = new Frame();

  constructor(size: PictureSize) {
    FFmpegError.throwIfError(this.#device.create(AV_HWDEVICE_TYPE_VAAPI, null, null), "VA-API device");
    this.frames.alloc(this.#device);
    this.frames.format = AV_PIX_FMT_VAAPI;
    this.frames.swFormat = AV_PIX_FMT_NV12;
    this.frames.width = size.width;
    this.frames.height = size.height;
    this.frames.initialPoolSize = 4;
    FFmpegError.throwIfError(this.frames.init(), "VA-API frames");
    this.#frame.alloc();
  }

  upload(source: Frame): Frame {
    this.#frame.unref();
    FFmpegError.throwIfError(this.frames.getBuffer(this.#frame, 0), "VA-API buffer");
    FFmpegError.throwIfError(this.#frame.hwframeTransferDataSync(source, 0), "VA-API upload");
    this.#frame.pts = source.pts;
    this.#frame.pictType = source.pictType;
    return this.#frame;
  }

  close(): void {
    this.#frame.free();
    this.frames.free();
    this.#device.free();
  }
}

/** Owns the certificate by which the WebRTC connections of a scene's process are known to viewers. */

import { RTCDtlsTransport } from "werift";

/** Makes the certificate of this process now, so that the first viewer does not wait for it. */
export async function prepareCertificate(): Promise<void> {
  await RTCDtlsTransport.SetupCertificate();
}

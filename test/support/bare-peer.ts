/** Owns a viewer without any code of ours: a plain RTCPeerConnection in an empty page, which speaks WHEP by `fetch`. */

import type { Browser, Page } from "playwright-core";
import { openPage } from "./chromium.ts";

export type WhepAnswer = { readonly status: number; readonly location: string | null; readonly type: string | null };

/** Opens an empty page of the server's own origin. The caller closes it. */
export async function openBlankPage(browser: Browser, serverUrl: string): Promise<Page> {
  const { page } = await openPage(browser);
  const url = new URL("blank", serverUrl).href;
  await page.route(url, (route) => route.fulfill({ contentType: "text/html", body: "<video muted autoplay></video>" }));
  await page.goto(url);
  return page;
}

/** Offers to receive video, with all candidates in the offer, and plays what comes in the page's video. */
export function playByWhep(page: Page): Promise<WhepAnswer> {
  return page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addEventListener("track", ({ track }) => {
      const video = document.querySelector("video");
      if (video !== null) video.srcObject = new MediaStream([track]);
    });
    await peer.setLocalDescription();
    while (peer.iceGatheringState !== "complete") await new Promise((resolve) => setTimeout(resolve, 10));
    const body = peer.localDescription?.sdp ?? "";
    const headers = { "Content-Type": "application/sdp" };
    const response = await fetch("whep", { method: "POST", headers, body });
    if (response.ok) await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
    const { status } = response;
    return { status, location: response.headers.get("location"), type: response.headers.get("content-type") };
  });
}

/** Sends a request to WHEP from the page and gives the status of the answer. */
export function requestWhep(page: Page, method: string, path: string, body: string | null = null): Promise<number> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const headers: Record<string, string> = body === null ? {} : { "Content-Type": "application/sdp" };
      return (await fetch(path, { method, headers, body })).status;
    },
    { method, path, body },
  );
}

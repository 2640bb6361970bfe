/** Owns a way to the data channels that the viewer page opened for itself, to send on them what the page never would. */

import type { Page } from "playwright-core";

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to Window.
  interface Window {
    /** The channels of the page's newest connection, by label. */
    ownChannels: Record<string, RTCDataChannel> | undefined;
  }
}

/** Runs in the page before its own code: keeps every channel that it opens. */
export function keepOwnChannels(): void {
  const kept: Record<string, RTCDataChannel> = {};
  window.ownChannels = kept;
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (label, options) {
    const channel = createDataChannel.call(this, label, options);
    kept[label] = channel;
    return channel;
  };
}

/** Sends the messages, lists of bytes or texts, all at once and all of them `times` times over. */
export function sendOnOwnChannel(
  page: Page,
  label: string,
  messages: readonly (string | readonly number[])[],
  times: number = 1,
): Promise<void> {
  return page.evaluate(
    ({ label, messages, times }) => {
      const channel = window.ownChannels?.[label];
      if (channel === undefined) throw new Error(`no channel ${label}`);
      for (let round = 0; round < times; round += 1) {
        for (const message of messages) {
          if (typeof message === "string") channel.send(message);
          else channel.send(new Uint8Array(message));
        }
      }
    },
    { label, messages, times },
  );
}

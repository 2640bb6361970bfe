/** HTTP requests with headers that `fetch` does not let through, and WebSocket upgrades that may be refused. */

import { type IncomingHttpHeaders, request } from "node:http";
import { request as requestSecurely } from "node:https";

export type RawResponse = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type RawRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Sends a request as it is. Certificates of nobody's are taken. */
export function rawRequest(
  url: string | URL,
  { method = "GET", headers = {}, body }: RawRequest = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const send = String(url).startsWith("https:") ? requestSecurely : request;
    const sent = send(url, { method, headers, rejectUnauthorized: false }, (response) => {
      if (response.headers["content-type"]?.startsWith("multipart/") === true) {
        // It has no end.
        response.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
      }
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
    });
    sent.on("error", reject).end(body);
  });
}

/** What a browser sends to open a WebSocket. */
export const upgradeHeaders: Readonly<Record<string, string>> = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** The `name=value` of the cookie that a response sets. */
export function cookieOf({ headers }: RawResponse): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

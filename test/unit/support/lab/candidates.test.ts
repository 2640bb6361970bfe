import { expect, it } from "vitest";
import { toldToServer, toldToViewer } from "../../../support/lab/candidates.ts";
import type { UdpTarget } from "../../../support/lab/udp-relay.ts";

const door = async ({ port }: UdpTarget) => port + 1;
const candidate = (text: string) =>
  JSON.stringify({ kind: "candidate", connection: 1, candidate: { candidate: text } });

it("leads a candidate of the server to the door (LN1)", async () => {
  const told = await toldToViewer(candidate("candidate:1 1 udp 2130706431 10.0.0.9 5000 typ host generation 0"), door);
  expect(told).toBe(candidate("candidate:1 1 udp 2130706431 127.0.0.1 5001 typ host generation 0"));
});

it.each([
  "candidate:1 1 tcp 2130706431 127.0.0.1 5000 typ host tcptype passive",
  "candidate:1 1 udp 2130706431 ::1 5000 typ host",
])("does not tell %s (LN2)", async (text) => {
  expect(await toldToViewer(candidate(text), door)).toBe(null);
});

it("changes the candidates of an answer (LN1, LN2)", async () => {
  const sdp = (...lines: string[]) => ["v=0", ...lines, "a=mid:0", ""].join("\r\n");
  const [udp, tcp] = ["a=candidate:1 1 udp 1 127.0.0.1 5000 typ host", "a=candidate:2 1 tcp 1 127.0.0.1 9 typ host"];
  const told = await toldToViewer(JSON.stringify({ kind: "answer", connection: 3, sdp: sdp(udp, tcp) }), door);
  expect(JSON.parse(told ?? "")).toEqual({
    kind: "answer",
    connection: 3,
    sdp: sdp("a=candidate:1 1 udp 1 127.0.0.1 5001 typ host"),
  });
});

it("tells the server no candidate of the viewer (LN3)", () => {
  expect(toldToServer(candidate("candidate:1 1 udp 1 10.0.0.9 5000 typ host"))).toBe(null);
  const offer = {
    kind: "offer",
    connection: 1,
    sdp: "v=0\r\na=candidate:1 1 udp 1 10.0.0.9 5000 typ host\r\na=mid:0\r\n",
  };
  expect(JSON.parse(toldToServer(JSON.stringify(offer)) ?? "")).toEqual({ ...offer, sdp: "v=0\r\na=mid:0\r\n" });
});

it("leaves everything else as it is", async () => {
  for (const text of ['{"kind":"pause", "paused":true}', "no JSON", "3"]) {
    expect(await toldToViewer(text, door)).toBe(text);
    expect(toldToServer(text)).toBe(text);
  }
});

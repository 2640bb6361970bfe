import { expect, test } from "vitest";
import type { LinkFigures } from "../../../../server/encode/mux/mux-protocol.ts";
import { Metrics } from "../../../../server/monitoring/metrics.ts";
import { Outputs } from "../../../../server/outputs/outputs.ts";
import { measureOutputs } from "../../../../server/room-reports.ts";
import type { SessionOutputs, WantedOutput } from "../../../../server/session/session-outputs.ts";
import { StreamError } from "../../../../shared/errors.ts";

const link: LinkFigures = { isSending: false, connections: 0, failures: 0, error: null };

test("metrics count each attempt that failed: the same refusal each time, and no recovery", async () => {
  const wanted: WantedOutput[] = [];
  const want: SessionOutputs["want"] = (output) => {
    wanted.push(output);
    return { outputId: "1", end: () => undefined };
  };
  const outputs = new Outputs();
  const metrics = new Metrics();
  measureOutputs(outputs, metrics);
  outputs.follow({ name: "", session: { outputs: { want } as unknown as SessionOutputs } });
  outputs.of("")?.start("rtmp://127.0.0.1/live/key");
  const [output] = wanted;
  if (output === undefined) throw new Error("It is wanted.");
  const told = (news: Partial<LinkFigures>) =>
    output.told({ bytes: 0, seconds: 0, packets: 0, link: { ...link, ...news } });
  const counted = async () =>
    Number(/^scenecast_output_failures_total (\d+)$/m.exec(await metrics.text())?.[1] ?? Number.NaN);
  output.open();
  expect(await counted()).toBe(0);
  const error = "rtmp://127.0.0.1/live/•••: nothing listens there.";
  told({ failures: 1, error });
  told({ failures: 3, error });
  expect(await counted()).toBe(3);
  told({ isSending: true, connections: 1, failures: 3, error });
  told({ isSending: true, connections: 1, failures: 3 });
  expect(await counted()).toBe(3);
  // The next process of the scene counts from the start.
  output.fell();
  output.open();
  told({ failures: 1, error });
  expect(await counted()).toBe(4);
  output.ended(new StreamError("no-encoder"));
  expect(await counted()).toBe(5);
});

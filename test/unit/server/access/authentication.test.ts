import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { identityBy } from "../../../../server/access/authentication.ts";
import { type Identity, mayUseData } from "../../../../server/access/identity.ts";

const request = new IncomingMessage(new Socket());

test("an application that never answers is not waited for", async () => {
  const never = new Promise<never>(() => undefined);
  await expect(identityBy(() => never, request, 20)).rejects.toThrow("It must answer within 0.02 seconds.");
});

test("one that answers in time is", async () => {
  const slow = (): Promise<{ role: "viewer" }> =>
    new Promise((resolve) => setTimeout(() => resolve({ role: "viewer" }), 20));
  expect(await identityBy(slow, request, 5_000)).toMatchObject({ role: "viewer", room: null, expiresAt: null });
});

test("it says who may use data", async () => {
  const identity = await identityBy(() => ({ role: "viewer", data: true }), request);
  expect([identity?.data, mayUseData(identity as Identity)]).toEqual([true, true]);
  const [plain, host] = [
    await identityBy(() => ({ role: "controller" }), request),
    await identityBy(() => ({ role: "host" }), request),
  ];
  expect([plain, host].map((one) => mayUseData(one as Identity))).toEqual([false, true]);
  await expect(identityBy(() => ({ role: "viewer", data: "yes" as never }), request)).rejects.toThrow(
    "Its answer.data must be true or false.",
  );
});

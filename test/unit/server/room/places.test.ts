/** How many viewers there may be, and from where (PC1 to PC3). */

import { expect, test } from "vitest";
import type { Identity } from "../../../../server/access/identity.ts";
import { Places } from "../../../../server/room/places.ts";

const token = { token: "correct-horse-battery", authenticate: null };
const places = new Places(64, token);

function comer(address: string, more: Partial<Identity> = {}) {
  const identity: Identity = { role: "viewer", room: null, expiresAt: null, linkId: null, name: null, ...more };
  return { address, identity };
}

function refusalAfter(count: number, one: ReturnType<typeof comer>, other = one): string | null {
  return places.refusalFor(
    other,
    Array.from({ length: count }, () => one),
  );
}

test("from one address comes half of those that there may be, of IPv6 from one network (PC2)", () => {
  const one = comer("203.0.113.7");
  expect(refusalAfter(31, one)).toBe(null);
  expect(refusalAfter(32, one)).toBe(
    "There are 32 viewers from your address already, and no more may come from one. Try again later.",
  );
  expect(refusalAfter(32, one, comer("203.0.113.8"))).toBe(null);
  expect(refusalAfter(32, comer("2001:db8::1"), comer("2001:db8::2"))).toContain("from your address");
  expect(refusalAfter(32, comer("2001:db8::1"), comer("2001:db8:0:1::2"))).toBe(null);
});

test("by one link come seven eighths, from wherever, and this machine's addresses are not counted (PC2, PC3)", () => {
  const linked = comer("127.0.0.1", { linkId: "a" });
  expect(refusalAfter(55, linked)).toBe(null);
  expect(refusalAfter(56, linked)).toContain("There are 56 viewers by this link already");
  expect(refusalAfter(56, linked, comer("127.0.0.1", { linkId: "b" }))).toBe(null);
  for (const address of ["127.0.0.1", "::1", ""]) expect(refusalAfter(63, comer(address))).toBe(null);
});

test("few places are not shared out any further than to four (PC2)", () => {
  const few = new Places(2, token);
  const one = comer("203.0.113.7");
  expect(few.refusalFor(one, [one, one, one])).toBe(null);
  expect(few.refusalFor(one, [one, one, one, one])).not.toBe(null);
});

test("a place is kept for hosts, but not where everybody is one (PC1)", () => {
  const host = comer("203.0.113.7", { role: "host" });
  expect([places.isKept(host), refusalAfter(64, host)]).toEqual([true, null]);
  const open = new Places(64, { token: null, authenticate: null });
  expect([
    open.isKept(host),
    open.refusalFor(
      host,
      Array.from({ length: 32 }, () => host),
    ),
  ]).toEqual([false, expect.stringContaining("32 viewers from your address")]);
  expect(new Places(64, { token: null, authenticate: () => null }).isKept(host)).toBe(true);
  expect(places.isKept(comer("203.0.113.7", { role: "controller" }))).toBe(false);
});

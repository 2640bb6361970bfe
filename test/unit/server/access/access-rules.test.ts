import { expect, test } from "vitest";
import { isAllowedHost, isAllowedOrigin } from "../../../../server/access/access-rules.ts";
import { isLoopback } from "../../../../server/platform/loopback.ts";

test.each(["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "a.localhost", "::1", "[::1]"])(
  "%s is loopback",
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each(["0.0.0.0", "::", "10.0.0.1", "127.evil.com", "localhost.evil.com", "1127.0.0.1"])("%s is not", (host) => {
  expect(isLoopback(host)).toBe(false);
});

test("bound to loopback, only loopback names are answered to (AC1)", () => {
  for (const host of ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"]) {
    expect(isAllowedHost(host, "127.0.0.1")).toBe(true);
  }
  for (const host of ["evil.com", "evil.com:8080", "127.0.0.1.evil.com", "evil.com@127.0.0.1.x", "", undefined]) {
    expect(isAllowedHost(host, "127.0.0.1")).toBe(false);
  }
  expect(isAllowedHost("anything.example", "0.0.0.0")).toBe(true);
});

test("only our own page, or no page at all, may open a viewer (AC2)", () => {
  expect(isAllowedOrigin(undefined, "host:8080")).toBe(true);
  expect(isAllowedOrigin("http://host:8080", "host:8080")).toBe(true);
  expect(isAllowedOrigin("http://HOST:8080", "host:8080")).toBe(true);
  expect(isAllowedOrigin("https://host", "host:443")).toBe(true);
  expect(isAllowedOrigin("http://host:8081", "host:8080")).toBe(false);
  expect(isAllowedOrigin("http://evil.com", "host:8080")).toBe(false);
  expect(isAllowedOrigin("null", "host:8080")).toBe(false);
  expect(isAllowedOrigin("file://", "host:8080")).toBe(false);
  expect(isAllowedOrigin("http://host:8080", undefined)).toBe(false);
});

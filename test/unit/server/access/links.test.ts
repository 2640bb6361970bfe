import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type LinkOptions, Links } from "../../../../server/access/links.ts";

const token = "correct-horse-battery";
const start = Date.UTC(2026, 0, 1);
const day = 24 * 3600 * 1000;

/** A server's links; `now` can be moved on. */
function open(folder: string | null = null, secret = token) {
  const time = { now: start };
  const failures: string[] = [];
  const links = new Links({
    token: secret,
    folder,
    failed: (sentence) => void failures.push(sentence),
    clock: () => time.now,
  });
  const revoked: string[] = [];
  links.on("revoked", ({ id }) => void revoked.push(id));
  return { links, time, failures, revoked };
}

const freshFolder = (): string => join(mkdtempSync(join(tmpdir(), "scenecast-links-")), "state", "scenecast");
const maker = (more: object) => ({ room: null, expiresAt: null, linkId: null, ...more });

describe("making", () => {
  test("a link brings whom it says, for a day unless it says otherwise", async () => {
    const { links } = open();
    const made = await links.make({ role: "viewer" });
    const { token: shown, ...info } = made;
    expect(info).toEqual({
      id: expect.stringMatching(/^[\w-]{16}$/),
      role: "viewer",
      room: null,
      data: false,
      madeAt: start,
      expiresAt: start + day,
      isRevoked: false,
    });
    expect(await links.identityOf(shown)).toEqual({
      role: "viewer",
      room: null,
      expiresAt: start + day,
      linkId: made.id,
      name: null,
    });
    expect(await links.make({ role: "host", expiresSeconds: 60, room: "" })).toMatchObject({
      role: "host",
      room: "",
      expiresAt: start + 60_000,
    });
  });

  test("one for data says so, and so do the cookie and the key that stand for it; others do not", async () => {
    const { links } = open();
    const made = await links.make({ role: "viewer", data: true });
    expect(links.list()).toMatchObject([{ id: made.id, data: true }]);
    const identity = await links.identityOf(made.token);
    expect(identity).toMatchObject({ role: "viewer", data: true });
    if (identity === null || identity === "ended") throw new Error("It lets nobody in.");
    expect(await links.identityOfCookie(await links.signed.issueCookie(identity))).toMatchObject({ data: true });
    expect(await links.identityOf((await links.signed.issueKey(identity)).key)).toMatchObject({ data: true });
    const plain = await links.identityOf((await links.make({ role: "controller" })).token);
    expect(plain).not.toHaveProperty("data");
    await expect(links.make({ role: "viewer", data: 1 as never })).rejects.toThrow("link.data must be true or false.");
  });

  test("a link to a scene that there is not is refused", async () => {
    const several = new Links({ token, folder: null, scenes: new Set(["points", "network"]) });
    const rule = "link.room must begin with the name of a scene and a slash. There are points, network.";
    for (const room of ["pionts/*", "hall"]) {
      await expect(several.make({ role: "viewer", room })).rejects.toThrow(new TypeError(rule));
    }
    expect(await several.make({ role: "viewer", room: "points/hall" })).toMatchObject({ room: "points/hall" });
    const one = new Links({ token, folder: null });
    await expect(one.make({ role: "viewer", room: "points/*" })).rejects.toThrow(/this server has only one scene/);
    expect(await one.make({ role: "viewer", room: "hall" })).toMatchObject({ room: "hall" });
  });

  test("a link is believed for its signature alone, and what is kept of it is forgotten when it expires (LI1)", async () => {
    const [one, other] = [open(), open()];
    const { id, token: shown } = await one.links.make({ role: "controller", expiresSeconds: 3600 });
    expect(await other.links.identityOf(shown)).toMatchObject({ role: "controller", linkId: id });
    expect([one.links.list().length, other.links.list().length]).toEqual([1, 0]);
    expect(await open(null, "another-secret").links.identityOf(shown)).toBeNull();
    one.time.now += 3_600_000;
    expect([await one.links.identityOf(shown), one.links.list()]).toEqual(["ended", []]);
  });

  test("the server's own token brings a host", async () => {
    expect(await open().links.identityOf(token)).toMatchObject({ role: "host", linkId: null, expiresAt: null });
  });

  test.each<[unknown, string]>([
    [{}, "link.role must be one of host, controller, viewer."],
    [{ role: "admin" }, "link.role must be one of host, controller, viewer."],
    [{ role: "viewer", expires: 60 }, "link.expires is unknown. There are role, expiresSeconds, room, data."],
    [{ role: "viewer", expiresSeconds: 59 }, "link.expiresSeconds must be a whole number from 60 to 31536000."],
    [{ role: "viewer", expiresSeconds: "1d" }, "link.expiresSeconds must be a whole number from 60 to 31536000."],
    [{ role: "viewer", expiresSeconds: 1e9 }, "link.expiresSeconds must be a whole number from 60 to 31536000."],
    [{ role: "viewer", room: "a b" }, expect.stringMatching(/^link\.room must be a name of 1 to 64 letters/)],
    [{ role: "viewer", room: "a/*" }, 'link.room must be without "a/": this server has only one scene.'],
    [null, "link must be an object."],
  ])("%j is refused in words", async (options, message) => {
    await expect(open().links.make(options as LinkOptions)).rejects.toThrow(
      expect.objectContaining({ name: "TypeError", message }),
    );
  });

  test("a thousand live links are the most; a revoked or expired one makes place", async () => {
    const { links, time } = open();
    const first = await links.make({ role: "viewer" });
    for (let i = 1; i < 1_000; i += 1) await links.make({ role: "viewer" });
    await expect(links.make({ role: "viewer" })).rejects.toMatchObject({ code: "too-many-links" });
    links.revoke(first.id);
    await links.make({ role: "viewer", expiresSeconds: 3600 });
    await expect(links.make({ role: "viewer" })).rejects.toMatchObject({ code: "too-many-links" });
    time.now += 3_600_000;
    await links.make({ role: "viewer" });
  });

  test("nobody's link outlives its maker's or leads further (LI2)", async () => {
    const { links } = open();
    const bound = maker({ room: "hall", expiresAt: start + 120_500 });
    expect(await links.make({ role: "host" }, bound)).toMatchObject({ room: "hall", expiresAt: start + 120_000 });
    for (const room of ["den", "", null]) {
      await expect(links.make({ role: "host", room }, bound)).rejects.toMatchObject({ code: "not-allowed" });
    }
  });

  test("the standard link is the same at every start of a day, until it is revoked", async () => {
    const folder = freshFolder();
    const first = await open(folder).links.standardToken();
    const { links, time } = open(folder);
    expect(await links.standardToken()).toBe(first);
    const identity = await links.identityOf(first);
    expect(identity).toMatchObject({ role: "controller", room: null, expiresAt: start + 7 * day });
    links.revoke(links.list()[0]?.id ?? "");
    const second = await links.standardToken();
    expect(second).not.toBe(first);
    time.now += 2 * day;
    expect(await links.standardToken()).not.toBe(second);
  });
});

describe("revoking", () => {
  test("a revoked link ends, with its cookies and with the links that it made (LI2)", async () => {
    const { links, revoked } = open();
    const one = await links.make({ role: "host" });
    const heir = await links.make({ role: "host" }, maker({ linkId: one.id }));
    const grandchild = await links.make({ role: "viewer" }, maker({ linkId: heir.id }));
    const other = await links.make({ role: "viewer" });
    const identity = await links.identityOf(one.token);
    if (identity === null || identity === "ended") throw new Error("not known");
    const cookie = await links.signed.issueCookie(identity);
    expect(await links.identityOfCookie(cookie)).toEqual(identity);
    expect(links.revoke(one.id)).toBe(true);
    expect(revoked).toEqual([one.id, heir.id, grandchild.id]);
    expect(await links.identityOfCookie(cookie)).toBe("ended");
    for (const { token: shown } of [one, heir, grandchild]) expect(await links.identityOf(shown)).toBe("ended");
    expect(await links.identityOf(other.token)).toMatchObject({ linkId: other.id });
    await expect(links.make({ role: "viewer" }, maker({ linkId: one.id }))).rejects.toMatchObject({
      code: "link-ended",
    });
    expect(links.list().map(({ isRevoked }) => isRevoked)).toEqual([true, true, true, false]);
  });

  test("twice is once, and what does not exist or is of another room is not revoked", async () => {
    const { links, revoked } = open();
    const { id } = await links.make({ role: "viewer", room: "hall" });
    expect(links.revoke("AAAAAAAAAAAAAAAA")).toBe(false);
    expect(links.revoke(id, "den")).toBe(false);
    expect(links.revoke(id, "hall")).toBe(true);
    expect(links.revoke(id)).toBe(true);
    expect(revoked).toEqual([id]);
    expect(links.list("den")).toEqual([]);
    expect(links.list("hall")).toHaveLength(1);
  });
});

describe("the file", () => {
  test("links and revocations outlive the server, and the file lets nobody in (LI3)", async () => {
    const folder = freshFolder();
    const { links } = open(folder);
    const kept = await links.make({ role: "viewer", room: "hall" });
    const ended = await links.make({ role: "viewer" });
    links.revoke(ended.id);
    const [name = ""] = readdirSync(folder);
    expect(name).toMatch(/^links-[0-9a-f]{16}\.json$/);
    const text = readFileSync(join(folder, name), "utf8");
    for (const secret of [token, kept.token, ended.token]) expect(text).not.toContain(secret);
    expect(text).not.toContain(kept.token.split(".")[2]);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);

    const again = open(folder);
    expect(again.links.list()).toEqual(links.list());
    expect(await again.links.identityOf(kept.token)).toMatchObject({ linkId: kept.id });
    expect(await again.links.identityOf(ended.token)).toBe("ended");
    expect(again.failures).toEqual([]);
  });

  test("what has expired is forgotten", async () => {
    const folder = freshFolder();
    const { links, time } = open(folder);
    links.revoke((await links.make({ role: "viewer" })).id);
    time.now += day;
    expect(links.list()).toEqual([]);
    await links.make({ role: "viewer" });
    const [name = ""] = readdirSync(folder);
    expect(JSON.parse(readFileSync(join(folder, name), "utf8")).links).toHaveLength(1);
  });

  test("servers with one token share it, and hear of each other's revocations (LI4)", async () => {
    const folder = freshFolder();
    const [one, two, stranger] = [open(folder), open(folder), open(folder, "another-horse")];
    const mine = await one.links.make({ role: "viewer" });
    const yours = await two.links.make({ role: "viewer" });
    expect(one.links.list().map(({ id }) => id)).toEqual([mine.id, yours.id]);
    expect(stranger.links.list()).toEqual([]);
    one.links.revoke(yours.id);
    two.time.now += 1_000;
    expect(await two.links.identityOf(yours.token)).toBe("ended");
    expect(two.revoked).toEqual([yours.id]);
    // What the other one wrote is not written over.
    await two.links.make({ role: "viewer" });
    expect(open(folder).links.list()).toHaveLength(3);
  });

  test.each(["nonsense", "{}", '{"links":[{"id":"x"}]}', '{"links":1}', "null"])(
    "one that says %j is told of once, and the server goes on",
    async (text) => {
      const folder = freshFolder();
      const before = open(folder);
      await before.links.make({ role: "viewer" });
      const [name = ""] = readdirSync(folder);
      writeFileSync(join(folder, name), text);
      const { links, failures, time } = open(folder);
      time.now += 5_000;
      expect(links.list()).toEqual([]);
      const [aside = ""] = readdirSync(folder);
      expect(failures).toEqual([
        expect.stringMatching(
          /could not be read \(.*\), so revoked ones work again\. The file is kept as .*\.damaged-\S+\.$/,
        ),
      ]);
      expect([failures[0]?.includes(aside), readFileSync(join(folder, aside), "utf8")]).toEqual([true, text]);
      await links.make({ role: "viewer" });
      expect(open(folder).links.list()).toHaveLength(1);
    },
  );

  test("one that cannot be written is told of, and the server goes on", async () => {
    const parent = mkdtempSync(join(tmpdir(), "scenecast-links-"));
    writeFileSync(join(parent, "file"), "");
    const { links, failures } = open(join(parent, "file", "scenecast"));
    const { id, token: shown } = await links.make({ role: "viewer" });
    expect(failures.at(-1)).toMatch(/could not be written to .*\(ENOTDIR\)/);
    links.revoke(id);
    expect(await links.identityOf(shown)).toBe("ended");
  });

  test("without a folder nothing is written", async () => {
    const { links } = open(null);
    await links.make({ role: "viewer" });
    expect(open(null).links.list()).toEqual([]);
  });
});

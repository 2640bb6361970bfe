/**
 * A server whose roles come from a sign-on proxy in front, such as oauth2-proxy, which says in `X-Forwarded-User` who it
 * let in. The people named in HOSTS are hosts, everybody else who signed on may steer when it is given control.
 *
 *   HOSTS=ann@example.org,ben@example.org node --conditions=scenecast-source examples/roles/server.ts
 *
 * (The flag is for a clone, where "scenecast" then means its sources.) It listens on loopback, so that nobody reaches it but through the proxy.
 */

import { createStreamServer } from "scenecast";

const hosts = new Set((process.env["HOSTS"] ?? "").split(","));

const server = await createStreamServer({
  scene: new URL("../spheres/scene.ts", import.meta.url),
  http: { port: 8080, trustProxy: "loopback" },
  control: { mode: "one", idleSeconds: 30 },
  access: {
    authenticate({ headers }) {
      const user = headers["x-forwarded-user"];
      if (typeof user !== "string" || user === "") return null;
      return { role: hosts.has(user) ? "host" : "controller", name: user.replace(/@.*/, "") };
    },
  },
});

server.on("viewerJoined", ({ name, role }) => console.log(`${name} came, as ${role}.`));
server.on("controlChanged", ({ holder }) => {
  const person = server.viewers().find(({ viewerId }) => viewerId === holder);
  console.log(person === undefined ? "Nobody has control." : `${person.name} has control.`);
});
console.log(`Let the proxy lead to ${server.url}`);

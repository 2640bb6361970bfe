/** Owns `scenecast link`: finds the server, has it make, list or revoke links, and prints its answer. */

import { nameInScene, sceneOf } from "../access/room-name.ts";
import { NotAnAnswer, parseLinkList, parseMadeLink, type ShownLink } from "./link-answers.ts";
import type { LinkAction, LinkCommand, LinkTarget } from "./link-flags.ts";
import { findRecords } from "./server-record.ts";
import { asTyped } from "./typed-command.ts";

/** Where the words go; a program's own unless a test listens. */
export type Output = { out(text: string): void; error(text: string): void };

type Server = { readonly url: string; readonly token: string };
const DEADLINE_MS = 10_000;

const streams: Output = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

/** Resolves with the exit code. The link itself is all that goes to stdout, so that a script can take it. */
export async function link({ target, action }: LinkCommand, output: Output = streams): Promise<number> {
  try {
    await perform(serverOf(target), action, output);
    return 0;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    output.error(`scenecast: ${asTyped(error.message)}\n`);
    return 1;
  }
}

/** What keeps a link from being made, in a sentence. */
class Complaint extends Error {}

function serverOf(target: LinkTarget): Server {
  if (target.kind === "url") return target;
  const running = findRecords();
  const [first, ...more] = target.port === null ? running : running.filter(({ port }) => port === target.port);
  if (first === undefined) {
    const where = target.port === null ? "here" : `on port ${target.port}`;
    throw new Complaint(
      `None of your servers that ask for a token is running ${where}. ` +
        "Start one with scenecast serve --share or --token, or name one with --url.",
    );
  }
  if (more.length === 0) return first;
  const ports = running.map(({ port }) => port).join(", ");
  throw new Complaint(`Several servers are running here, on ports ${ports}. Choose one with --port.`);
}

async function perform(server: Server, action: LinkAction, output: Output): Promise<void> {
  switch (action.kind) {
    case "make": {
      const { role, expiresSeconds, room, data } = action;
      // A room that is not named is left to the server: a host of one room can make links for that room only.
      const body = JSON.stringify({
        role,
        expiresSeconds,
        ...(room === null ? {} : { room }),
        ...(data ? { data } : {}),
      });
      const made = read(server, await ask(server, "POST", "links", body), parseMadeLink);
      output.out(`${made.link}\n`);
      output.error(`${sentenceOf(made)} ${asTyped(`To revoke it: scenecast link --revoke ${made.id}`)}\n`);
      return;
    }
    case "list": {
      const links = read(server, await ask(server, "GET", "links"), parseLinkList);
      for (const shown of links) output.out(`${shown.id}  ${sentenceOf(shown)}${shown.isRevoked ? " Revoked." : ""}\n`);
      if (links.length === 0) output.error("There are no links.\n");
      return;
    }
    case "revoke":
      await ask(server, "DELETE", `links/${action.id}`);
      output.error(`The link ${action.id} no longer works.\n`);
  }
}

/** The text of the server's answer. */
async function ask({ url, token }: Server, method: string, path: string, body: string | null = null): Promise<string> {
  const address = new URL(path, url);
  const type = body === null ? {} : { "Content-Type": "application/json" };
  try {
    const response = await fetch(address, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...type },
      body,
      // Elsewhere the token has no business.
      redirect: "error",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await response.text();
    if (response.ok) return text;
    const isSentence = response.headers.get("content-type")?.startsWith("text/plain") === true;
    throw new Complaint(isSentence ? printable(text) : `${url} answered ${response.status}.`);
  } catch (error) {
    throw error instanceof Complaint ? error : new Complaint(whyUnreached(address.origin, error));
  }
}

function read<Answer>({ url }: Server, text: string, parse: (text: string) => Answer): Answer {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof NotAnAnswer)) throw error;
    throw new Complaint(`What answers at ${url} is not a Scenecast server.`);
  }
}

function whyUnreached(origin: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (isOfCertificate(code)) {
    return (
      `The certificate of ${origin} is not trusted (${code}). If it is your own, name its file in NODE_EXTRA_CA_CERTS; ` +
      "if it is for another host name, use that name in --url."
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return `${origin} could not be reached: ${printable(code === "" ? reason : code)}.`;
}

function isOfCertificate(code: string): boolean {
  return /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS/.test(code);
}

function sentenceOf({ role, room, data, expiresAt }: ShownLink): string {
  return `A ${role} in ${placeOf(room)}${data ? ", with its data" : ""}, until ${expiresAt.toLocaleString()}.`;
}

function placeOf(room: string | null): string {
  if (room === null) return "every room";
  const [scene, name] = [sceneOf(room), nameInScene(room)];
  const where = name === "*" ? "every room" : name === "" ? "the shared room" : `room ${name}`;
  return scene === "" ? where : `${where} of the scene ${scene}`;
}

/** What a server says in a form that is safe in a terminal. */
function printable(text: string): string {
  return text
    .trim()
    .slice(0, 300)
    .replaceAll(/[^\x20-\x7e]/g, "?");
}

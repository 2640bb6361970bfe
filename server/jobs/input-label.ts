/**
 * Owns what a task is called in lists, by its input. Pure.
 *
 * IB1 Lists are seen by more people than inputs are meant for: of a value they show a short line, and nothing that lets in, as far as
 *     that can be known: neither what follows the path of an address nor what stands under the name of a secret.
 */

import { basename } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { JobWork, TaskInput } from "./job-queue.ts";

const MAX_LABEL = 60;
const MAX_TITLE = 200;
const HIDDEN = "•••";
/** What programs call secrets: alone or as a word of a longer name, as `apiKey` and `access_token`. */
const secretName =
  /(?:^|[^a-z])(?:auth|authorization|bearer|cookie|credentials?|jwt|key|pass|passphrase|passwd|password|pin|pwd|secret|session|sig|signature|token)s?(?:$|[^a-z])/;

/** What is filmed is called by its title: its address may have in it what lets in. */
export function labelOf(input: TaskInput, kind: JobWork["kind"]): string {
  if (kind === "film" && input.kind === "value") return cut(titleIn(input.value), MAX_TITLE);
  return input.kind === "file" ? basename(input.path) : valueLabel(input.value);
}

/** IB1 */
function valueLabel(value: Json): string {
  const text = typeof value === "string" ? shownText(value) : JSON.stringify(value, shownField);
  return cut(text.replaceAll(/\s+/g, " ").trim(), MAX_LABEL) || '""';
}

function shownField(name: string, value: unknown): unknown {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  if (value !== null && value !== "" && secretName.test(words)) return HIDDEN;
  return typeof value === "string" ? shownText(value) : value;
}

/** Each address in it without name and password, and without what follows its path. */
function shownText(text: string): string {
  return text.replaceAll(
    /:\/\/([^\s/?#"]*)([^\s?#"]*)([?#][^\s"]*)?/g,
    (_, authority: string, path: string, rest: string | undefined) => {
      const host = authority.slice(authority.lastIndexOf("@") + 1);
      return `://${host}${path}${rest === undefined ? "" : `${rest.charAt(0)}${HIDDEN}`}`;
    },
  );
}

function titleIn(value: Json): string {
  return typeof value === "object" && value !== null && "title" in value
    ? String((value as { readonly title: unknown }).title)
    : "movie";
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

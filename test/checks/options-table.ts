/** Owns the tables of options and of fields, from doc strings; and that the doc strings and the code say the same. */

import type { DeclarationReflection, SomeType } from "typedoc";
import { sentencesOf } from "./api-docs.ts";
import { type KnownOptions, valueMeant } from "./known-options.ts";
import { code, splitDefault, table } from "./tables.ts";

export type OptionsTable = { readonly markdown: string; readonly problems: readonly string[] };

type Field = { readonly path: string; readonly type: string; readonly text: string; readonly isOptional: boolean };

/** The options of a type with the rules that the code has for them. */
export function checkedOptions(type: DeclarationReflection, known: KnownOptions): OptionsTable {
  const documented = new Map(optionsOf(type, "", known).map((field) => [field.path, field]));
  const paths = known.paths();
  const rows = paths.map((path) => {
    const { rest, standard } = splitDefault(documented.get(path)?.text ?? "");
    return [code(path), rest, known.rule(path), standard];
  });
  return {
    markdown: table(["option", "what", "must be", "default"], rows),
    problems: [
      ...paths.filter((path) => !documented.has(path)).map((path) => `The option ${path} is in no type of options.`),
      ...[...documented.values()].flatMap((field) => problemsOf(field, paths, known)),
    ],
  };
}

/** The fields of a type as they are documented: options of which the code cannot be asked, events, what a scene gives. */
export function fieldsTable(type: DeclarationReflection): OptionsTable {
  const fields = fieldsOf(type);
  const hasDefaults = fields.some(({ text }) => splitDefault(text).standard !== "");
  const rows = fields.map(({ path, type: of, text, isOptional }) => {
    const { rest, standard } = splitDefault(text);
    const name = code(isOptional && !hasDefaults ? `${path}?` : path);
    return hasDefaults ? [name, code(of), rest, standard] : [name, code(of), rest];
  });
  const problems = fields
    .filter(({ text }) => text === "" && type.name.endsWith("Options"))
    .map(({ path }) => `The option ${path} of ${type.name} has no doc string.`);
  return { markdown: table(["name", "type", "what", ...(hasDefaults ? ["default"] : [])], rows), problems };
}

function problemsOf({ path, text }: Field, paths: readonly string[], known: KnownOptions): string[] {
  if (!paths.includes(path)) return [`The option ${path} is documented and refused by the code.`];
  if (text === "") return [`The option ${path} has no doc string.`];
  const { standard } = splitDefault(text);
  const value = valueMeant(standard);
  if (value === undefined || known.isDefault(path, value)) return [];
  return [`The default of ${path} is not ${standard}, as its doc string says.`];
}

/** Each option of a type, with those in its groups. */
function optionsOf(type: DeclarationReflection, prefix: string, known: KnownOptions): Field[] {
  return childrenOf(type).flatMap((child) => {
    const path = `${prefix}${child.name}`;
    // A group in a group, as a size is, counts as one option.
    if (prefix !== "" || !known.isGroup(path)) return [fieldOf(child, path)];
    return groupsIn(child.type).flatMap((group) => optionsOf(group, `${path}.`, known));
  });
}

/** The types with fields in what may be one of several types. */
function groupsIn(type: SomeType | undefined): DeclarationReflection[] {
  if (type?.type === "union") return type.types.flatMap(groupsIn);
  if (type?.type === "reflection") return [type.declaration];
  if (type?.type !== "reference") return [];
  const { reflection } = type;
  return reflection?.isDeclaration() ? [reflection] : [];
}

function fieldsOf(type: DeclarationReflection): Field[] {
  const own = childrenOf(type).filter(({ name }) => name !== "constructor");
  return own.map((child) => fieldOf(child, child.name));
}

function fieldOf(child: DeclarationReflection, path: string): Field {
  const signature = child.signatures?.[0];
  const getter = child.getSignature;
  const text = sentencesOf(signature?.comment ?? getter?.comment ?? child.comment);
  const parameters = signature?.parameters?.map(({ name, type, flags, defaultValue }) => {
    const isOptional = flags.isOptional || defaultValue !== undefined;
    // One that is taken apart where it comes in has no name.
    return `${name === "__namedParameters" ? "options" : name}${isOptional ? "?" : ""}: ${type?.toString() ?? "unknown"}`;
  });
  const type =
    signature === undefined
      ? (getter?.type ?? child.type)?.toString()
      : `(${parameters?.join(", ") ?? ""}) => ${signature.type}`;
  return {
    path,
    type: type?.replace("__module", `typeof import("${path}")`) ?? "unknown",
    text,
    isOptional: child.flags.isOptional,
  };
}

/** The fields of a type alias, or of a type in place. */
function childrenOf(type: DeclarationReflection): readonly DeclarationReflection[] {
  const inner = type.type?.type === "reflection" ? type.type.declaration.children : undefined;
  return inner ?? type.children ?? [];
}

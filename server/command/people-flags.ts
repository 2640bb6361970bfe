/** Owns the flags of the command line about the people of a server, and what they mean as options. */

import type { ControlOptions, SessionsOptions, ViewersOptions } from "../options/people-options.ts";

export const peopleFlags = {
  "max-viewers": { type: "string" },
  "no-presence": { type: "boolean" },
  sessions: { type: "string" },
  "max-sessions": { type: "string" },
  "no-rooms": { type: "boolean" },
  "session-empty": { type: "string" },
  "session-idle": { type: "string" },
  control: { type: "string" },
  "control-idle": { type: "string" },
} as const;

export const peopleHelp = `Together:
  --control <mode>          everyone, one (passes control on) or host (a host chooses); one where others can come
  --control-idle <seconds>  20; a holder without input for so long loses control when somebody asks
  --no-presence             show nobody the names and pointers of the others
  --max-viewers <number>    64; more wait in a queue
  --sessions <kind>         shared, one scene for all, or private, a process for each
  --max-sessions <number>   8; the most scenes at once; more wait in a queue
  --no-rooms                only the common scene, no /s/<name>
  --session-empty <seconds> 30; how long a room that everybody left is kept
  --session-idle <seconds>  600; a room without input for so long makes place for who waits
`;

/** The name on the command line of each of these options. */
export const peopleOptionNames: readonly (readonly [option: string, flag: string])[] = [
  ["options.viewers.most", "--max-viewers"],
  ["options.sessions.kind", "--sessions"],
  ["options.sessions.most", "--max-sessions"],
  ["options.sessions.emptySeconds", "--session-empty"],
  ["options.sessions.idleSeconds", "--session-idle"],
  ["options.control.mode", "--control"],
  ["options.control.idleSeconds", "--control-idle"],
];

type Values = {
  readonly [Name in keyof typeof peopleFlags]?: (typeof peopleFlags)[Name]["type"] extends "boolean" ? boolean : string;
};

export type PeopleArguments = {
  readonly viewers: ViewersOptions;
  readonly sessions: SessionsOptions;
  readonly control: ControlOptions;
};

export function readPeopleFlags(values: Values): PeopleArguments {
  return {
    viewers: {
      ...numberField("most", values["max-viewers"]),
      ...(values["no-presence"] === true ? { presence: false } : {}),
    },
    sessions: {
      // Checked with the other options, where the lists are.
      ...(values.sessions === undefined ? {} : { kind: values.sessions as "shared" }),
      ...numberField("most", values["max-sessions"]),
      ...numberField("emptySeconds", values["session-empty"]),
      ...numberField("idleSeconds", values["session-idle"]),
      ...(values["no-rooms"] === true ? { rooms: false } : {}),
    },
    control: {
      ...(values.control === undefined ? {} : { mode: values.control as "one" }),
      ...numberField("idleSeconds", values["control-idle"]),
    },
  };
}

/** NaN, which no option accepts, for what is not a number. */
function numberField<Name extends string>(name: Name, text: string | undefined): { readonly [Key in Name]?: number } {
  if (text === undefined) return {};
  return { [name]: /^\d+$/.test(text) ? Number(text) : Number.NaN } as { readonly [Key in Name]?: number };
}

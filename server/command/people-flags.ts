/** Owns the flags of the command line about the people of a server, and what they mean as options. */

import type { ControlOptions, RoomsOptions, ViewersOptions } from "../options/people-options.ts";
import type { FlagValues, OptionNames } from "./flag-values.ts";

export const peopleFlags = {
  "max-viewers": { type: "string" },
  "no-presence": { type: "boolean" },
  rooms: { type: "string" },
  "max-rooms": { type: "string" },
  "no-named-rooms": { type: "boolean" },
  "room-empty": { type: "string" },
  "room-idle": { type: "string" },
  "room-hang": { type: "string" },
  control: { type: "string" },
  "control-idle": { type: "string" },
} as const;

export const peopleHelp = `Viewers and rooms:
  --control <mode>          who steers: everyone, one (one person, who passes control on) or host (one person, whom a
                            host chooses); everyone, or one where others than this machine can connect
  --control-idle <seconds>  20; whoever has control loses it to the next who asks after this long without input
  --no-presence             hide viewers' names and pointers from each other
  --max-viewers <number>    64; viewers who join later wait in a queue
  --rooms <kind>            shared; one room for everybody (shared), or one for each viewer (private)
  --max-rooms <number>      8; each room runs a process of its own; viewers who would need one more wait in a queue
  --no-named-rooms          only the shared room, no /s/<name>
  --room-empty <seconds>    30; how long a room is kept after everybody has left
  --room-idle <seconds>     600; a room without input for this long is closed when somebody is waiting for a place
  --room-hang <seconds>     10; a scene that does not answer for this long is ended and started again; 0 for never
`;

/** The name on the command line of each of these options. */
export const peopleOptionNames: OptionNames = [
  ["options.viewers.max", "--max-viewers"],
  ["options.rooms.kind", "--rooms"],
  ["options.rooms.max", "--max-rooms"],
  ["options.rooms.emptySeconds", "--room-empty"],
  ["options.rooms.idleSeconds", "--room-idle"],
  ["options.rooms.hangSeconds", "--room-hang"],
  ["options.control.mode", "--control"],
  ["options.control.idleSeconds", "--control-idle"],
];

type Values = FlagValues<typeof peopleFlags>;

export type PeopleArguments = {
  readonly viewers: ViewersOptions;
  readonly rooms: RoomsOptions;
  readonly control: ControlOptions;
};

export function readPeopleFlags(values: Values): PeopleArguments {
  return {
    viewers: {
      ...numberField("max", values["max-viewers"]),
      ...(values["no-presence"] === true ? { presence: false } : {}),
    },
    rooms: {
      // Checked with the other options, where the lists are.
      ...(values.rooms === undefined ? {} : { kind: values.rooms as "shared" }),
      ...numberField("max", values["max-rooms"]),
      ...numberField("emptySeconds", values["room-empty"]),
      ...numberField("idleSeconds", values["room-idle"]),
      ...numberField("hangSeconds", values["room-hang"]),
      ...(values["no-named-rooms"] === true ? { named: false } : {}),
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

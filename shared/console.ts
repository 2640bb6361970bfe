/** Owns what is known at both ends of a scene's console: its levels and how much of it is sent. */

export const consoleLevels = ["debug", "info", "warn", "error"] as const;
/** How much a line of a scene's console matters. */
export type ConsoleLevel = (typeof consoleLevels)[number];

/** What a scene printed by one call. */
export type ConsoleLine = { readonly level: ConsoleLevel; readonly text: string };

/** The longest text of a line, in characters; it may have line breaks. */
export const MAX_CONSOLE_TEXT = 4000;

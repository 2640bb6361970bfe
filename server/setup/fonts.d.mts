/** Whether there is a font in any of the folders, or below. Default: where Linux systems look for them. */
export function hasFonts(folders?: readonly string[]): boolean;

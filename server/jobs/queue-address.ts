/** Owns what an address of a queue looks like. Pure. */

/** Whether it is one; it may have a password in it, so nobody repeats it. */
export function isQueueAddress(text: string): boolean {
  return /^rediss?:\/\/./.test(text) && URL.canParse(text);
}

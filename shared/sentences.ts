/** Owns how sentences for people are put one behind the other. Pure. */

/** Joins sentences so that each ends with one full stop, or what else it ends with, and one space stands between them. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.map(ended).filter(Boolean).join(" ");
}

/** The sentence, with a full stop where it has no end. */
function ended(sentence: string): string {
  const text = sentence.trim();
  return text === "" || /[.!?…][)"']?$/.test(text) ? text : `${text}.`;
}

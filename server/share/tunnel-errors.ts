/** Owns what ngrok's errors mean: a sentence for people, and whether trying again could help. Pure. */

/** No authtoken was given. */
export class NoTokenError extends Error {}
/** The SDK is not installed, or not for this system. */
export class NoPackageError extends Error {}

export type TunnelFailure = { readonly sentence: string; readonly isFinal: boolean };

const yourToken = "https://dashboard.ngrok.com/get-started/your-authtoken";

/** Codes with a meaning of their own (https://ngrok.com/docs/errors). */
const meanings: Readonly<Record<string, TunnelFailure>> = {
  ERR_NGROK_102: { sentence: "ngrok refused the account because it is suspended.", isFinal: true },
  ERR_NGROK_105: {
    sentence: `ngrok refused the authtoken because it is not valid. Yours is at ${yourToken}.`,
    isFinal: true,
  },
  ERR_NGROK_106: {
    sentence: `ngrok refused the authtoken because it belongs to no account. Yours is at ${yourToken}.`,
    isFinal: true,
  },
  ERR_NGROK_107: {
    sentence: `ngrok refused the authtoken because it was revoked. Yours is at ${yourToken}.`,
    isFinal: true,
  },
  ERR_NGROK_108: {
    sentence: "ngrok refused because the account already has as many tunnels open as it is allowed.",
    isFinal: false,
  },
  ERR_NGROK_314: { sentence: "ngrok refused the domain because the account may not choose one.", isFinal: true },
  ERR_NGROK_319: { sentence: "ngrok refused the domain because the account has not reserved it.", isFinal: true },
  ERR_NGROK_320: { sentence: "ngrok refused the domain because it belongs to another account.", isFinal: true },
  ERR_NGROK_326: { sentence: "ngrok refused the domain because the account may not use it.", isFinal: true },
  ERR_NGROK_334: {
    sentence: "ngrok refused the domain because another tunnel is already open under it.",
    isFinal: false,
  },
  ERR_NGROK_4018: {
    sentence: "ngrok refused the account because it must be verified first, at https://dashboard.ngrok.com.",
    isFinal: true,
  },
};

export function explainTunnelError(error: unknown): TunnelFailure {
  if (error instanceof NoTokenError) {
    return { sentence: `A share link needs the authtoken of an ngrok account (${yourToken}).`, isFinal: true };
  }
  if (error instanceof NoPackageError) {
    return { sentence: "A share link needs the package @ngrok/ngrok: npm install @ngrok/ngrok.", isFinal: true };
  }
  const text = error instanceof Error ? error.message : String(error);
  const code = /\bERR_NGROK_\d+\b/.exec(text)?.[0] ?? codeOf(error);
  const known = code === null ? undefined : meanings[code];
  if (known !== undefined) return { ...known, sentence: `${known.sentence.replace(/\.$/, "")} (${code}).` };
  if (code !== null) return { sentence: `ngrok refused: ${firstSentence(text)} (${code}).`, isFinal: false };
  return { sentence: `ngrok cannot be reached: ${firstSentence(text)}.`, isFinal: false };
}

/** The SDK puts the code of a refusal on its errors. */
function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error && "errorCode" in error ? error.errorCode : null;
  return typeof code === "string" ? code : null;
}

function firstSentence(text: string): string {
  const [line = ""] = text
    .replace(/^failed to (connect session|start listener): /, "")
    .replace(/ ?error_code: \w+$/, "")
    .split("\n");
  return line.trim().replace(/[.:]$/, "").slice(0, 200);
}

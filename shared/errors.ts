/** Owns the errors that a correct program can meet: one class, one table of codes. Misuse throws `TypeError` instead. */

/** Every code with the sentence that a person reads when there is no better one. */
export const streamErrorSentences = {
  "bad-message": "A message did not follow the protocol.",
  "protocol-version": "The page and the server speak different protocol versions. Reload the page.",
  "no-common-codec": "The viewer accepts none of the codecs that this server sends.",
  "bad-sdp": "The session description (SDP) could not be understood.",
  "too-many-viewers": "The scene has as many viewers as it is allowed to have.",
  "too-many-sessions": "The server runs as many scenes as it is allowed to run.",
  "not-allowed": "This role does not allow that.",
  "no-control": "Only who has control may do that.",
  "control-refused": "Control was refused.",
  "too-fast": "That was too much at once, and it was left out.",
  kicked: "A host sent you out.",
  "too-many-links": "There are as many links as the server keeps. Revoke some.",
  "link-ended": "The link has expired, or it was revoked.",
  "session-idle": "The scene was ended because nobody used it and others were waiting.",
  "scene-missing": "The scene file does not exist.",
  "scene-invalid": "The scene file does not export a scene.",
  "scene-failed": "The scene threw an error.",
  "no-gl": "No OpenGL context could be made.",
  "no-encoder": "No encoder for this codec works here.",
  "encoder-failed": "The encoder failed.",
  "session-lost": "The process of the scene ended unexpectedly.",
  "port-taken": "The port is in use.",
  "listen-failed": "The server could not listen on this address.",
  "tls-invalid": "The certificate or its key cannot be used.",
  closed: "It was closed.",
} as const;

/** What went wrong, for programs. */
export type StreamErrorCode = keyof typeof streamErrorSentences;

/** An error that can happen in a correct program. `message` is a sentence for people, `code` is for programs. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message?: string, options?: ErrorOptions) {
    super(message ?? streamErrorSentences[code], options);
    this.code = code;
  }
}

/** An error in a form that can be sent between threads and processes. `code` is null for errors of other classes. */
export type PlainError = {
  readonly code: StreamErrorCode | null;
  readonly message: string;
  readonly stack: string | null;
};

/** Takes an error, or anything thrown, apart for sending. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof StreamError) {
    return { code: error.code, message: error.message, stack: deepStack(error) };
  }
  if (error instanceof Error) return { code: null, message: error.message, stack: deepStack(error) };
  return { code: null, message: String(error), stack: null };
}

/** Rebuilds an error that came from another thread or process; one without a code gets `fallback`. */
export function fromPlainError(plain: PlainError, fallback: StreamErrorCode): StreamError {
  const error = new StreamError(plain.code ?? fallback, plain.message);
  if (plain.stack !== null) error.stack = plain.stack;
  return error;
}

function deepStack(error: Error): string | null {
  const own = error.stack ?? null;
  return error.cause instanceof Error ? `${own ?? error.message}\ncaused by: ${deepStack(error.cause)}` : own;
}

/** Owns the errors that a correct program can meet: one class, one table of codes. Misuse throws `TypeError` instead. */

/** Every code with the sentence that a person reads when there is no better one. */
export const streamErrorSentences = {
  "bad-message": "A message did not follow the protocol.",
  "protocol-version": "The page and the server speak different versions of the protocol. Reload the page.",
  "no-common-codec": "The server sends video in no format that this viewer can play.",
  "bad-sdp": "The session description (SDP) could not be understood.",
  "too-many-viewers": "The server has as many viewers as it allows. Try again later.",
  "too-many-rooms": "The server runs as many rooms as it allows. Try again later.",
  "no-room": "There is no such room right now.",
  "not-allowed": "Your role does not allow that.",
  "no-control": "You need control to do that.",
  "control-refused": "Your request for control was declined.",
  "too-fast": "You are sending too much at once, so part of it was ignored.",
  flooded: "You were removed because you kept sending too much.",
  kicked: "A host removed you from this room.",
  "source-taken": "Another program gives the pictures of this room already.",
  "too-many-links": "The server keeps no more links. Revoke some first.",
  "origin-refused": "Pages of this web site may not use this server.",
  "link-ended": "This link has expired or was revoked.",
  "room-idle": "This room was closed because nobody was using it and others were waiting.",
  "scene-missing": "The scene file does not exist.",
  "scene-invalid": "The scene file does not export a scene.",
  "scene-failed": "The scene stopped with an error.",
  "parameters-invalid": "A value does not fit the parameters that the scene declares.",
  "data-refused": "The scene does not take this data.",
  "data-missing": "There is no data of this name.",
  "data-too-large": "This is more data than the room may hold.",
  "data-full": "There is no room left on the server for this data.",
  "no-gl": "No OpenGL context could be created.",
  "no-encoder": "No encoder for this codec works on this machine.",
  "encoder-failed": "The encoder failed.",
  "room-lost": "The process that runs the room stopped unexpectedly.",
  "port-taken": "The port is already in use.",
  "listen-failed": "The server could not listen on this address.",
  "tls-invalid": "The certificate or its key cannot be used.",
  "piece-lost": "A process that did a piece of the work stopped unexpectedly.",
  "output-failed": "What was to be written or sent on could not be.",
  "nothing-to-save": "There is nothing to save yet.",
  "input-failed": "A file could not be read.",
  closed: "The room was closed.",
  unknown: "The server reported an error that this version does not know.",
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

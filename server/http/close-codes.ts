/** Owns the codes with which WebSockets are closed, of viewers and of programs. */

/** The codes with which a socket is closed (RFC 6455 section 7.4). Pages show what they mean. */
export const closeCodes = {
  goingAway: 1001,
  policyViolation: 1008,
  ended: 4403,
  badHello: 4400,
  helloTimeout: 4408,
  protocolVersion: 4426,
} as const;

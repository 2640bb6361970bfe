/** Owns what both ends know of tunnels to the public. */

/**
 * What a request carries, with any value, so that ngrok's free plan lets a browser's request through
 * (https://ngrok.com/abuse), which it else answers with a page for people until its button was pressed.
 */
export const TUNNEL_HEADER = "ngrok-skip-browser-warning";

/** Owns what only hosts ask of the server, in one piece that is loaded when the first of it is asked. */

export { createLink, listLinks, revokeLink } from "./link-requests.ts";
export { OutputRequests } from "./output-requests.ts";
export { RecordingRequests } from "./recording-requests.ts";

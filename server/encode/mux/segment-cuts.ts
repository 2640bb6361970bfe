/** Owns how long segments and their parts are (segment-output.ts), for who cuts and for who tells players of it. */

export const SEGMENT_MS = 2000;
export const PART_MS = 500;
/** Rounded it is what playlists call the target duration (RFC 8216 section 4.3.3.1). */
export const MAX_SEGMENT_MS = 3400;

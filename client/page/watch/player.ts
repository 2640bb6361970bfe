/** Owns the contract of what plays the stream in a video element. */

export type Player = {
  /** How far behind the scene the picture is, in seconds; null where that is not known. */
  readonly behind: number | null;
  /** How many rows of pixels the picture has; null where that is not known. */
  readonly height: number | null;
  /** Goes to the newest picture that can be played without a break. */
  toLive(): void;
  close(): void;
};

/** What a player tells. */
export type PlayerNews =
  | { readonly kind: "titled"; readonly title: string }
  /** It cannot go on: what the server answered, 0 where it did not. */
  | { readonly kind: "broken"; readonly status: number }
  /** The browser does not decode the video. */
  | { readonly kind: "refused" };

export type PlayerOptions = {
  readonly video: HTMLVideoElement;
  /** Of the playlist of all sizes. */
  readonly url: string;
  readonly tell: (news: PlayerNews) => void;
};

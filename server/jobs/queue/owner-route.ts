/** Owns what a route of the owner's HTTP is. */

/** What a route answers: JSON, or a file, or nothing. */
export type OwnerAnswer = { readonly json: unknown } | { readonly file: string } | { readonly status: 204 };

export type OwnerRequest = {
  readonly query: URLSearchParams;
  /** What was shown: an attempt's token, or an adding's. */
  readonly token: string;
  readonly body: Buffer;
};

export type OwnerRoute = {
  readonly method: "GET" | "POST" | "PUT";
  /** Whose right it is: whoever has the key, or has a token. */
  readonly isForKey: boolean;
  readonly answer: (request: OwnerRequest) => OwnerAnswer | Promise<OwnerAnswer>;
};

/** By their paths. */
export type OwnerRoutes = Readonly<Record<string, OwnerRoute>>;

/** Owns looking names up for connections that may go to some addresses alone. In whatever process connects. */

import { lookup as lookupName } from "node:dns";
import type { LookupFunction } from "node:net";

/** For requests. What is connected to is what was looked at, so a name cannot mean something else a moment later; `refused` where none may be. */
export function lookupWithin(mayConnect: (address: string) => boolean, refused: () => Error): LookupFunction {
  return (hostname, options, callback) => {
    lookupName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const open = addresses.filter(({ address }) => mayConnect(address));
      const [first] = open;
      if (first === undefined) return callback(refused(), "", 0);
      if (options.all === true) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}

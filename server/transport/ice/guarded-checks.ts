/**
 * Owns holding werift's connectivity checks to a budget (check-budget.ts), at the one place by which all of them go: the
 * sockets of a connection, as it makes them.
 */

import { classes } from "werift";
import type { CheckBudget } from "./check-budget.ts";

type Address = readonly [host: string, port: number];

type StunMessage = {
  readonly messageClass: number;
  readonly bytes: Uint8Array;
  readonly attributesKeys: readonly string[];
};

/** What is known of a socket of werift's. */
type StunSocket = {
  sendStun(message: StunMessage, address: Address): Promise<void>;
  request(message: StunMessage, address: Address, ...more: readonly unknown[]): Promise<unknown>;
  readonly onRequestReceived: {
    subscribe(heard: (message: StunMessage, address: Address, data?: Uint8Array) => void): void;
  };
};

/** Of all the sockets that `connection` makes from now on. */
export function guardChecks(connection: object, budget: CheckBudget): void {
  const adopt: unknown = Reflect.get(connection, "ensureProtocol");
  if (typeof adopt !== "function") throw new TypeError("connection.ensureProtocol must be a function.");
  Object.defineProperty(connection, "ensureProtocol", {
    configurable: true,
    value: (socket: StunSocket): void => {
      guardSocket(socket, budget);
      adopt.call(connection, socket);
    },
  });
}

function guardSocket(socket: StunSocket, budget: CheckBudget): void {
  const send = socket.sendStun.bind(socket);
  const request = socket.request.bind(socket);
  socket.onRequestReceived.subscribe((_message, _address, data) => budget.received(data?.byteLength ?? 0));
  socket.sendStun = async (message, address) => {
    // What is left out is sent again in a while, as if it were lost.
    if (!isCheck(message) || budget.take(address.join(" "), message.bytes.byteLength)) await send(message, address);
  };
  socket.request = async (message, address, ...more) => {
    const answer = await request(message, address, ...more);
    budget.answered(address.join(" "));
    return answer;
  };
}

/** A question of ours to a viewer. What is asked of STUN servers, which the host named, has no user name in it. */
function isCheck({ messageClass, attributesKeys }: StunMessage): boolean {
  return messageClass === classes.REQUEST && attributesKeys.includes("USERNAME");
}

/** Owns counting the bytes of the connections that come through a share link's tunnel. Main process. */

/** Of a connection, as `net.Socket` has it. */
export type CountedSocket = {
  readonly bytesWritten: number;
  readonly bytesRead: number;
  once(event: "close", listener: () => void): unknown;
};

type Seen = { sent: number; received: number };

export class TunnelTraffic {
  readonly #open = new Map<CountedSocket, Seen>();
  #sent = 0;
  #received = 0;

  /** Counts a connection from its first byte to its last; again for one that is counted does nothing. */
  add(socket: CountedSocket): void {
    if (this.#open.has(socket)) return;
    this.#open.set(socket, { sent: 0, received: 0 });
    socket.once("close", () => {
      this.#look(socket);
      this.#open.delete(socket);
    });
  }

  /** What went out and what came in since the last call. */
  take(): { readonly sent: number; readonly received: number } {
    for (const socket of this.#open.keys()) this.#look(socket);
    const taken = { sent: this.#sent, received: this.#received };
    [this.#sent, this.#received] = [0, 0];
    return taken;
  }

  #look(socket: CountedSocket): void {
    const seen = this.#open.get(socket);
    if (seen === undefined) return;
    const { bytesWritten, bytesRead } = socket;
    this.#sent += bytesWritten - seen.sent;
    this.#received += bytesRead - seen.received;
    [seen.sent, seen.received] = [bytesWritten, bytesRead];
  }
}

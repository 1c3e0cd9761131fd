// Listens on one port for several servers, and hands each connection to the next of them in turn.
import { createServer, type Server, type Socket } from "node:net";
import { PortInUseError } from "./errors.ts";

/** Takes a connection over. */
export type Take = (socket: Socket) => void;

/**
 * Node's `cluster` does the same, but gives a connection to every process that listens, and Ponder listens first with a server that answers nothing, to try its port.
 */
export class SharedPort {
  readonly #server: Server;
  readonly #takers: Take[] = [];

  constructor() {
    // Nothing is read here of what a client sends.
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
      socket.on("error", () => undefined);
      const take = this.#takers.shift();
      if (take === undefined) {
        socket.destroy();
        return;
      }
      this.#takers.push(take);
      take(socket);
    });
  }

  /** Throws a {@link PortInUseError} if something listens there. */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        reject(error.code === "EADDRINUSE" ? new PortInUseError(host, port) : error);
      });
      this.#server.listen({ host, port }, resolve);
    });
  }

  get takers(): number {
    return this.#takers.length;
  }

  add(take: Take): void {
    this.#takers.push(take);
  }

  remove(take: Take): void {
    const place = this.#takers.indexOf(take);
    if (place >= 0) this.#takers.splice(place, 1);
  }

  /** No connection is accepted any more; those that were handed over are the servers'. */
  close(): void {
    this.#server.close();
  }
}

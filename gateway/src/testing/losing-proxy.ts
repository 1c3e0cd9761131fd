// Stands before a PostgreSQL server, and loses it in the middle of a commit.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class LosingProxy {
  /** Of the same database, through this. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isAway = false;
  /** Of the next commit: whether the server gets it before its connection is lost. */
  #loses: { readonly isTaken: boolean } | undefined;

  /** @param url of a database */
  static async before(url: string): Promise<LosingProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LosingProxy(new URL(url), server);
  }

  private constructor(url: URL, server: Server) {
    const port = Number(url.port);
    this.#server = server.on("connection", (near) => {
      if (this.#isAway) near.destroy();
      else this.#join(near, connect(port, "127.0.0.1"));
    });
    url.port = String((server.address() as AddressInfo).port);
    this.url = url.href;
  }

  /** At the next commit the server goes away, before it or before its answer. */
  loseNextCommit(isTaken: boolean): void {
    this.#loses = { isTaken };
  }

  comeBack(): void {
    this.#isAway = false;
  }

  close(): void {
    this.#goAway();
    this.#server.close();
  }

  #goAway(): void {
    this.#isAway = true;
    this.#loses = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket, far: Socket): void {
    let isLosing = false;
    near.on("data", (sent) => {
      if (this.#loses !== undefined && sent.includes("COMMIT")) {
        if (!this.#loses.isTaken) {
          this.#goAway();
          return;
        }
        isLosing = true;
      }
      far.write(sent);
    });
    far.on("data", (answer) => {
      if (isLosing) this.#goAway();
      else near.write(answer);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

// A relay in front of a server, that can be cut as if the server were gone, and mended.
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface Relay {
  readonly url: string;
  /** Ends all connections; new ones are refused. */
  cut: () => Promise<void>;
  mend: () => Promise<void>;
}

/** @param url of an HTTP server on this machine */
export async function relayTo(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let server: Server | undefined;
  const listen = async (at: number): Promise<number> => {
    server = createServer((incoming) => {
      const outgoing = connect(Number(port), hostname);
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        open.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          open.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server!.listen(at, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    cut: () =>
      new Promise((resolve) => {
        if (server === undefined) return resolve();
        server.close(() => resolve());
        server = undefined;
        for (const socket of open) socket.destroy();
      }),
    mend: async () => void (await listen(own)),
  };
}

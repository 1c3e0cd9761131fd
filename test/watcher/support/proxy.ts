// A way to the node that can be cut.
import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface Proxy {
  readonly rpcUrl: string;
  /** Drops all connections, and every new one at once, until it is mended. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** Passes connections on to a node of this machine. */
export async function startProxy(target: string): Promise<Proxy> {
  const port = Number(new URL(target).port);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const onward = connect(port, "127.0.0.1");
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("close", () => sockets.delete(end));
      end.on("error", () => end.destroy());
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

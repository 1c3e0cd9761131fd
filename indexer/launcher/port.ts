// Chooses the TCP port that the indexer will listen on.
import { createServer } from "node:net";
import { PortInUseError } from "./errors.ts";

/** Returns `port`, or a free one where it is 0. Throws a {@link PortInUseError} if something listens there. */
export async function claimPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortInUseError(host, port) : error);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  });
}

/** Returns free ports, each another one. */
export async function claimPorts(host: string, count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await claimPort(host, 0));
  return [...ports];
}

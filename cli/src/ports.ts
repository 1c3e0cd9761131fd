// Looks at local TCP ports before a server is started on them.
import { createServer } from "node:net";
import { UserError } from "./errors.ts";

const HOST = "127.0.0.1";

/** Returns `port`, or a free one if it is 0. Throws a {@link UserError} that names the option if something listens there already. */
export async function claimPort(port: number, what: string, option: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new UserError(
              `port ${port} on ${HOST} is in use, and ${what} needs it: stop what listens there, or pass ${option} with another port (0 picks a free one)`,
            )
          : error,
      );
    });
    probe.listen({ host: HOST, port, exclusive: true }, () => {
      const address = probe.address();
      const chosen = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => resolve(chosen));
    });
  });
}

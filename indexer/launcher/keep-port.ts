// Preloaded into the Ponder process: ends it when its port was taken since it was claimed. Ponder would listen on the next one, and another's answers be taken for its own.
import { subscribe } from "node:diagnostics_channel";

subscribe("tracing:net.server.listen:error", (message) => {
  const { error } = message as { error?: NodeJS.ErrnoException & { port?: number } };
  if (error?.code !== "EADDRINUSE" || String(error.port) !== process.env["PORT"]) return;
  process.stderr.write(`port ${error.port} was taken while it started: choose another one (0 picks a free one)\n`);
  process.exit(1);
});

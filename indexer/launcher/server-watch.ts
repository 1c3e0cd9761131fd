// Notices when the PostgreSQL server ends its connections, as it does when it crashes or is restarted.
import { Client } from "pg";
import { DatabaseError } from "./errors.ts";

/**
 * Keeps a connection open and idle. Throws a {@link DatabaseError} if there is none to be had.
 * @param onLost Called once if the server, or what is between, ends it.
 * @returns what closes it
 */
export async function watchServer(databaseUrl: string, onLost: () => void): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: databaseUrl, keepAlive: true, application_name: "tributary_watch" });
  let isClosing = false;
  // It emits an error for each; the end comes once.
  client.on("error", () => undefined);
  client.once("end", () => {
    if (!isClosing) onLost();
  });
  await client.connect().catch(refuseServer);
  // A server of before 14 has no such setting.
  await client.query("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'");
  return async () => {
    isClosing = true;
    await client.end();
  };
}

/** The address may have a password in it. */
export function refuseServer(cause: unknown): never {
  throw new DatabaseError(
    `no PostgreSQL server can be used where DATABASE_URL says (${String(cause)}): start it, or change the address`,
  );
}

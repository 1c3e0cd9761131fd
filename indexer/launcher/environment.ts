// Names the environment variables through which the launcher configures the Ponder process.

export const ENVIRONMENT = {
  /** HTTP JSON-RPC address of the chain. */
  rpcUrl: "PONDER_RPC_URL",
  /** Path of the deployment file. */
  deployment: "PONDER_DEPLOYMENT",
  /** Symbol of the payment token whose contracts are indexed; OPEN if not set. */
  token: "TRIBUTARY_PAYMENT_TOKEN",
  /** Folder of the embedded database; unused where DATABASE_URL names a PostgreSQL server. */
  databaseDirectory: "PONDER_DATABASE_DIR",
  /** PostgreSQL connection string; Ponder's own name for it. */
  databaseUrl: "DATABASE_URL",
  /** Connections to the PostgreSQL server that a process has at most; Ponder's number if not set. */
  databaseConnections: "TRIBUTARY_DATABASE_CONNECTIONS",
  /** How long a question's statement may take on a PostgreSQL server. */
  querySeconds: "TRIBUTARY_QUERY_SECONDS",
  /** Own addresses of the servers that share a port, with commas between. */
  servers: "TRIBUTARY_SERVERS",
  /** How often the chain is asked for new blocks. */
  pollingMilliseconds: "PONDER_POLLING_MS",
  /** Folders of published bundles, separated as paths are; without them no openings are served. */
  bundles: "TRIBUTARY_BUNDLES",
  /** Folder of contributed records; without it none of their texts is served. */
  content: "TRIBUTARY_CONTENT",
  /** MiB that openings keep of trees and tables. */
  openingsMemory: "TRIBUTARY_OPENINGS_MEMORY",
} as const;

/** Throws an error that names the variable if it is not set. */
export function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; start the indexer with \`node start.ts\`, which sets it`);
  }
  return value;
}

// Errors of starting and running the indexer that a caller can tell apart.

/** Something else listens on the wanted port. */
export class PortInUseError extends Error {
  readonly port: number;

  constructor(host: string, port: number) {
    super(`port ${port} on ${host} is in use: stop what listens there, or choose another port (0 picks a free one)`);
    this.name = "PortInUseError";
    this.port = port;
  }
}

/** Another indexer works in the wanted database folder. */
export class DatabaseInUseError extends Error {
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by the indexer with process id ${pid}: stop it, or choose another database folder`);
    this.name = "DatabaseInUseError";
  }
}

/** The deployment file is of another chain than the one behind the RPC address, or of an earlier life of it. */
export class ChainMismatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ChainMismatchError";
  }
}

/** Nothing that speaks JSON-RPC answers at the given address. */
export class ChainUnreachableError extends Error {
  constructor(rpcUrl: string, cause: unknown) {
    // The path and the query of an address may hold a key.
    super(
      `no JSON-RPC node answers at ${new URL(rpcUrl).origin}: start the chain, or give the address of another node`,
      {
        cause,
      },
    );
    this.name = "ChainUnreachableError";
  }
}

/** The Ponder process ended by itself. Its last lines of output are in the message. */
export class IndexerExitedError extends Error {
  constructor(exitCode: number, logTail: string) {
    super(`the indexer ended with code ${exitCode}; its last lines:\n${logTail}`);
    this.name = "IndexerExitedError";
  }
}

/** A block was not indexed in time. */
export class IndexerLagError extends Error {
  constructor(wanted: bigint, indexed: bigint | undefined, seconds: number) {
    super(
      `block ${wanted} is not indexed after ${seconds} s; ` +
        (indexed === undefined ? "no block is" : `the last one that is: ${indexed}`) +
        ". If the chain was reorganised below its finalised block, start with a new database folder",
    );
    this.name = "IndexerLagError";
  }
}

/** What the views show is newer than what a build has indexed. */
export class ViewsNewerError extends Error {
  constructor(views: string, shown: string | undefined, schema: string, seconds: number) {
    super(
      `the views "${views}" still show ${shown === undefined ? "nothing" : `the schema "${shown}"`} after ${seconds} s: ` +
        `"${schema}" is behind it, or its readers leave no gap. If that is of a chain that was reset, drop it, or choose another name for the views`,
    );
    this.name = "ViewsNewerError";
  }
}

/** What was asked for needs a PostgreSQL database, or views in it. */
export class DatabaseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DatabaseError";
  }
}

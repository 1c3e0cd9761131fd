// Which chain and contract Ponder is compared on; the benchmark sets the environment.
import type { ClientBase } from "pg";
import { createConfig } from "ponder";
import { parseAbi } from "viem";
import { endpoints } from "../../../launcher/chains.ts";

const databaseUrl = process.env["DATABASE_URL"];

export default createConfig({
  database:
    databaseUrl === undefined
      ? { kind: "pglite", directory: process.env["BENCH_DATABASE_DIR"]! }
      : {
          kind: "postgres",
          connectionString: databaseUrl,
          // As the indexer has it, and the peer: Ponder by itself switches them off.
          poolConfig: {
            onConnect: (client: ClientBase) => {
              client.query("SET synchronous_commit = on").catch(() => undefined);
            },
          },
        },
  chains: { chain: { id: 31_337, rpc: endpoints(31_337, process.env["BENCH_RPC_URL"]!), pollingInterval: 200 } },
  contracts: {
    EventSource: {
      chain: "chain",
      startBlock: 0,
      abi: parseAbi([
        "event Minted(uint256 indexed token, address indexed owner, uint128 price)",
        "event Moved(uint256 indexed token, address indexed from, address indexed to)",
        "event Paid(uint256 indexed token, address indexed payer, uint128 amount)",
        "event Voted(uint256 indexed token, address indexed voter, bool inFavour)",
      ]),
      address: process.env["BENCH_CONTRACT"] as `0x${string}`,
    },
  },
});

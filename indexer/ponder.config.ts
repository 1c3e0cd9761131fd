// Tells Ponder which chain, which contracts and which database it works with; the launcher sets the environment.
import type { ClientBase } from "pg";
import { createConfig, factory } from "ponder";
import { getAbiItem } from "viem";
import { ABIS } from "./launcher/abis.ts";
import { defaultPollingMilliseconds, endpoints, isLocalChain } from "./launcher/chains.ts";
import { readDeployment } from "./launcher/deployment.ts";
import { ENVIRONMENT, requireEnvironment } from "./launcher/environment.ts";

const { chainId, block, addresses } = readDeployment(
  requireEnvironment(ENVIRONMENT.deployment),
  process.env[ENVIRONMENT.token],
);
const polling = process.env[ENVIRONMENT.pollingMilliseconds];
const databaseUrl = process.env[ENVIRONMENT.databaseUrl];
const connections = process.env[ENVIRONMENT.databaseConnections];
const source = { chain: "chain", startBlock: block } as const;

/**
 * Ponder turns synchronous commits off as soon as it is connected. A server that crashes then loses what it said was committed in its last moments, and Ponder,
 * which has it in memory, never writes it again.
 */
function keepWhatIsCommitted(client: ClientBase): void {
  // It is sent before whatever the connection is taken for. Where it fails, so does that.
  client.query("SET synchronous_commit = on").catch(() => undefined);
}

/** Ponder gives its own 30 seconds to what is asked, and what it writes two minutes; one setting of the pools would be for both. */
function boundQuestions(client: ClientBase): void {
  const { connectionParameters } = client as ClientBase & { connectionParameters?: { application_name?: string } };
  if (connectionParameters?.application_name?.endsWith("_readonly") !== true) return;
  const seconds = Number(requireEnvironment(ENVIRONMENT.querySeconds));
  client.query(`SET statement_timeout = ${seconds * 1_000}`).catch(() => undefined);
}

export default createConfig({
  database:
    databaseUrl === undefined
      ? { kind: "pglite", directory: requireEnvironment(ENVIRONMENT.databaseDirectory) }
      : {
          kind: "postgres",
          connectionString: databaseUrl,
          poolConfig: {
            ...(connections !== undefined && { max: Number(connections) }),
            onConnect: (client: ClientBase) => {
              keepWhatIsCommitted(client);
              boundQuestions(client);
            },
          },
        },
  chains: {
    chain: {
      id: chainId,
      rpc: endpoints(chainId, requireEnvironment(ENVIRONMENT.rpcUrl)),
      pollingInterval: polling === undefined ? defaultPollingMilliseconds(chainId) : Number(polling),
      disableCache: isLocalChain(chainId) && databaseUrl !== undefined,
    },
  },
  contracts: {
    RoyaltyPositions: { ...source, abi: ABIS.RoyaltyPositions, address: addresses.RoyaltyPositions },
    DatanetRegistry: { ...source, abi: ABIS.DatanetRegistry, address: addresses.DatanetRegistry },
    ModelRegistry: { ...source, abi: ABIS.ModelRegistry, address: addresses.ModelRegistry },
    TillFactory: { ...source, abi: ABIS.TillFactory, address: addresses.TillFactory },
    ModelTill: {
      ...source,
      abi: ABIS.ModelTill,
      address: factory({
        address: addresses.TillFactory,
        event: getAbiItem({ abi: ABIS.TillFactory, name: "TillCreated" }),
        parameter: "till",
        startBlock: block,
      }),
    },
    RoyaltyVault: { ...source, abi: ABIS.RoyaltyVault, address: addresses.RoyaltyVault },
    RoyaltyLedger: { ...source, abi: ABIS.RoyaltyLedger, address: addresses.RoyaltyLedger },
    FaultProofs: { ...source, abi: ABIS.FaultProofs, address: addresses.FaultProofs },
    IndexProofs: { ...source, abi: ABIS.IndexProofs, address: addresses.IndexProofs },
    SettlementProofs: { ...source, abi: ABIS.SettlementProofs, address: addresses.SettlementProofs },
    Demands: { ...source, abi: ABIS.Demands, address: addresses.Demands },
    SketchDisputes: { ...source, abi: ABIS.SketchDisputes, address: addresses.SketchDisputes },
    AgentRegistry: { ...source, abi: ABIS.AgentRegistry, address: addresses.AgentRegistry },
    OpenGovernor: { ...source, abi: ABIS.OpenGovernor, address: addresses.OpenGovernor },
    GovernanceOpen: { ...source, abi: ABIS.GovernanceOpen, address: addresses.GovernanceOpen },
    BatchSettlement: { ...source, abi: ABIS.BatchSettlement, address: addresses.BatchSettlement },
    ContributionReview: { ...source, abi: ABIS.ContributionReview, address: addresses.ContributionReview },
    OperatorStaking: { ...source, abi: ABIS.OperatorStaking, address: addresses.OperatorStaking },
    RoyaltySharesFactory: { ...source, abi: ABIS.RoyaltySharesFactory, address: addresses.RoyaltySharesFactory },
    RoyaltyShares: {
      ...source,
      abi: ABIS.RoyaltyShares,
      address: factory({
        address: addresses.RoyaltySharesFactory,
        event: getAbiItem({ abi: ABIS.RoyaltySharesFactory, name: "SharesCreated" }),
        parameter: "shares",
        startBlock: block,
      }),
    },
  },
});

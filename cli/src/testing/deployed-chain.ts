// A local chain with the contracts on it, and a folder, for a suite of commands.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { type Chain, startAnvil } from "../../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../../deploy/testing/deploy-contracts.ts";

export interface DeployedChain {
  readonly chain: Chain;
  readonly protocol: Protocol;
  /** Removed by {@link stop}. */
  readonly folder: string;
  /** Names chain and deployment for a command, and the key of the first local account, who deployed. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startDeployedChain(): Promise<DeployedChain> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-command-"));
  const chain = await startAnvil();
  const protocol = await deployContracts(chain, join(folder, "deploy"));
  const environment = {
    TRIBUTARY_RPC_URL: chain.rpcUrl,
    TRIBUTARY_DEPLOYMENT: protocol.file,
    TRIBUTARY_PRIVATE_KEY: localPrivateKey(0),
  };
  return {
    ...{ chain, protocol, folder, environment },
    async stop() {
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

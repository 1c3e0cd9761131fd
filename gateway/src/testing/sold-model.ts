// A chain with the protocol, and a model on it whose calls a staked gateway may sell: what settling is tested on.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Address, keccak256, stringToBytes } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { curator, deployer, developer, gateway, PURSE } from "../../../deploy/testing/accounts.ts";
import { type Chain, startAnvil } from "../../../deploy/testing/anvil.ts";
import { contentOf, contribute } from "../../../deploy/testing/contribute.ts";
import { deployContracts, type Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import type { SettlementChain, SettlementKeys } from "../settlement/chain.ts";

const TERMS = {
  bondPerRecord: 11n,
  licenceFee: 1_000_007n,
  reviewWindowSeconds: 86_400,
  leastDataShareBps: 5_000,
  curatorCutBps: 1_000,
  mistakeBps: 500,
  negligenceBps: 3_000,
  maliceBps: 10_000,
  allowedUses: 1,
} as const;
const SPLIT = { treasury: 200, gateway: 500, curators: 300, stakers: 200, developer: 1_800, data: 7_000 } as const;
const METHOD = { k: 32, topK: 4, debitFactor: 192, tau: 64_225, delta: 6_553, signatureMatch: 300 } as const;
const hashOf = (text: string) => keccak256(stringToBytes(text));
const REGISTRATION = {
  weightsHash: hashOf("weights"),
  parents: [],
  datanets: [1n],
  split: SPLIT,
  royaltyBps: 300,
  inputPrice: 3n,
  outputPrice: 15n,
  uri: "file:base",
};
/** OperatorStaking's PoolKind. */
const GATEWAY = 3;
export const GATEWAY_STAKE = 8n * 10n ** 21n;

export interface SoldModel {
  readonly local: Chain;
  readonly protocol: Protocol;
  readonly till: Address;
  readonly version: bigint;
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  /** Emptied by `stop`. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** A chain whose windows have passed when the model is sold: more than the review's day and the index's hour. */
const SECONDS_BEFORE = 3 * 86_400;

/** The chain's time is the machine's in the end, by which x402's clients sign. */
export async function startSoldModel(): Promise<SoldModel> {
  const local = await startAnvil(SECONDS_BEFORE);
  const folder = mkdtempSync(join(tmpdir(), "gateway-settles-"));
  try {
    const protocol = await deployContracts(local, folder);
    const till = await sell(local, protocol);
    await local.waitUntil(Math.floor(Date.now() / 1_000));
    const { BatchSettlement, OpenToken, RoyaltyLedger, SettlementProofs } = protocol.addresses;
    return {
      local,
      protocol,
      till,
      version: 1n,
      chain: {
        reader: local.client,
        chainId: await local.client.getChainId(),
        contracts: {
          batchSettlement: BatchSettlement,
          token: OpenToken,
          ledger: RoyaltyLedger,
          settlementProofs: SettlementProofs,
        },
        fromBlock: 0n,
        confirmations: 1,
      },
      keys: { gateway, authorizers: [gateway] },
      folder,
      async stop() {
        await local.stop();
        await rm(folder, { recursive: true });
      },
    };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/** Registers the model's next version, whose calls the till takes as well. @returns its number */
export async function addVersion({ local, protocol }: SoldModel): Promise<bigint> {
  const { ModelRegistry } = protocol.addresses;
  await send(local, developer, ModelRegistry, modelRegistryAbi, "registerVersion", [1n, REGISTRATION]);
  await commitIndex(local, ModelRegistry, 2n);
  return 2n;
}

/** Commits a version's index, and waits until calls can be attributed by it. */
async function commitIndex(chain: Chain, registry: Address, version: bigint): Promise<void> {
  const method = { ...METHOD, sketchSpec: hashOf("sketch method") };
  const root = { hash: hashOf("index"), sum: 2n };
  await send(chain, developer, registry, modelRegistryAbi, "commitIndex", [version, method, root, hashOf("bundle")]);
  const read = { address: registry, abi: modelRegistryAbi } as const;
  const { usableAt } = await chain.client.readContract({ ...read, functionName: "indexOf", args: [version] });
  await chain.waitUntil(usableAt);
}

/** One datanet with one contribution, a model over it with a usable index, the gateway's till and stake. */
async function sell(chain: Chain, protocol: Protocol): Promise<Address> {
  const { DatanetRegistry, ModelRegistry, OpenToken, OperatorStaking, TillFactory } = protocol.addresses;
  for (const account of [developer, curator, gateway]) {
    await send(chain, deployer, OpenToken, openTokenAbi, "transfer", [account.address, PURSE]);
    for (const spender of [DatanetRegistry, ModelRegistry, OperatorStaking])
      await send(chain, account, OpenToken, openTokenAbi, "approve", [spender, PURSE]);
  }
  await send(chain, curator, DatanetRegistry, datanetRegistryAbi, "createDatanet", [TERMS, "npm:speeches"]);
  const contentRoot = contentOf(["a", "b"]).root;
  await contribute(chain, protocol, { account: curator, datanetId: 1n, kind: 0, contentRoot });
  await wait(chain, TERMS.reviewWindowSeconds);
  await send(chain, curator, DatanetRegistry, datanetRegistryAbi, "accept", [1n]);
  await send(chain, developer, ModelRegistry, modelRegistryAbi, "register", [REGISTRATION]);
  await send(chain, curator, TillFactory, tillFactoryAbi, "createTill", [1n, gateway.address]);
  await send(chain, gateway, OperatorStaking, operatorStakingAbi, "openPool", [GATEWAY, 0n, 0]);
  await send(chain, gateway, OperatorStaking, operatorStakingAbi, "stake", [1n, GATEWAY_STAKE]);
  await commitIndex(chain, ModelRegistry, 1n);
  const factory = { address: TillFactory, abi: tillFactoryAbi } as const;
  const [till] = await chain.client.readContract({
    ...factory,
    functionName: "tillOf",
    args: [1n, gateway.address],
  });
  return till;
}

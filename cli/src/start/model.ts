// Registers the trained model on chain with its split, pays the datanets' licence fees, and commits its attribution index.
import { encodeFunctionData, parseEventLogs, type Hex } from "viem";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { roleAccount } from "./accounts.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import { fundAndApprove } from "./funding.ts";
import type { LocalChain } from "./local-chain.ts";
import { transact, waitForChainTime } from "./transact.ts";

const OPEN = 10n ** 18n;

/** Division of every fee, basis points. */
export const SPLIT = {
  treasury: 200,
  gateway: 500,
  curators: 300,
  stakers: 200,
  developer: 1_800,
  data: 7_000,
} as const;
/** Base units per 1,000 tokens; odd on purpose, so that every split has remainders to place. */
export const PRICES = { input: 3n * OPEN + 1_000_003n, output: 15n * OPEN + 7n } as const;

export interface RegisteredModel {
  model: bigint;
  version: bigint;
  till: Hex;
}

export async function registerModel(
  chain: LocalChain,
  deployment: Deployment,
  datanets: Datanets,
  weightsHash: Hex,
): Promise<RegisteredModel> {
  const { ModelRegistry: registry, TillFactory: tills } = deployment.addresses;
  const developer = roleAccount("developer");
  const budget = 100_000n * OPEN;
  await fundAndApprove(chain, deployment, developer, registry, budget, "the developer's licence fees and index bond");
  const registered = await transact(chain, developer, {
    what: "register the model",
    to: registry,
    data: encodeFunctionData({
      abi: modelRegistryAbi,
      functionName: "register",
      args: [
        {
          weightsHash,
          parents: [],
          datanets: datanets.ids,
          split: SPLIT,
          royaltyBps: 300,
          inputPrice: PRICES.input,
          outputPrice: PRICES.output,
          uri: "file:adapter.safetensors",
        },
      ],
    }),
  });
  const [version] = parseEventLogs({ abi: modelRegistryAbi, eventName: "VersionRegistered", logs: registered.logs });
  if (version === undefined) throw new Error("register emitted no VersionRegistered");
  const created = await transact(chain, roleAccount("gateway"), {
    what: "create the till",
    to: tills,
    data: encodeFunctionData({
      abi: tillFactoryAbi,
      functionName: "createTill",
      args: [version.args.model, roleAccount("gateway").address],
    }),
  });
  const [till] = parseEventLogs({ abi: tillFactoryAbi, eventName: "TillCreated", logs: created.logs });
  if (till === undefined) throw new Error("createTill emitted no TillCreated");
  return { model: version.args.model, version: version.args.version, till: till.args.till };
}

/** Waits until the version's attribution index may be used. */
export async function waitForIndex(
  chain: LocalChain,
  deployment: Deployment,
  model: RegisteredModel,
  onTick: (secondsLeft: number) => void,
): Promise<void> {
  const index = await chain.client.readContract({
    address: deployment.addresses.ModelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [model.version],
  });
  await waitForChainTime(chain, index.usableAt, onTick);
}

/** Returns the index bond to the developer once the window has passed. */
export async function returnIndexBond(
  chain: LocalChain,
  deployment: Deployment,
  model: RegisteredModel,
): Promise<void> {
  await transact(chain, roleAccount("developer"), {
    what: "return the index bond",
    to: deployment.addresses.ModelRegistry,
    data: encodeFunctionData({ abi: modelRegistryAbi, functionName: "returnIndexBond", args: [model.version] }),
  });
}

/** Gives a proposer what its bonds take, and lets the ledger take it. */
export async function fundProposer(
  chain: LocalChain,
  deployment: Deployment,
  role: "proposer" | "liar" = "proposer",
): Promise<void> {
  const { RoyaltyLedger: ledger } = deployment.addresses;
  await fundAndApprove(chain, deployment, roleAccount(role), ledger, 100_000n * OPEN, `the ${role}'s bonds`);
}

// What the chain says of the models that are sold: their tills, prices, stake, and whether they can be settled.
import { type Address, BaseError, ContractFunctionRevertedError, type PublicClient, zeroAddress } from "viem";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import type { ChainTerms } from "./listing.ts";

/** `IOperatorStaking.PoolKind.Model`. */
const MODEL_POOL = 4;
/** `IModelRegistry.IndexStatus.Usable`. */
const USABLE = 2;

/** The contracts that are read. */
export interface TermsContracts {
  readonly modelRegistry: Address;
  readonly tillFactory: Address;
  readonly operatorStaking: Address;
}

export class TermsReader {
  readonly #client: PublicClient;
  readonly #contracts: TermsContracts;

  constructor(client: PublicClient, contracts: TermsContracts) {
    this.#client = client;
    this.#contracts = contracts;
  }

  /**
   * The model of a version, and the till that its fees are paid to at a gateway.
   * @throws Error if the version is not registered, or the gateway has no till for its model
   */
  async tillOf(version: bigint, gateway: Address): Promise<{ model: bigint; till: Address }> {
    const versionOf = {
      address: this.#contracts.modelRegistry,
      abi: modelRegistryAbi,
      functionName: "versionOf",
    } as const;
    const { model } = await this.#client.readContract({ ...versionOf, args: [version] }).catch((error: unknown) => {
      if (!isRevertedWith(error, "UnknownVersion")) throw error;
      throw new Error(`model version ${version} is not registered: name one of ModelRegistry's`, { cause: error });
    });
    const [till, exists] = await this.#client.readContract({
      address: this.#contracts.tillFactory,
      abi: tillFactoryAbi,
      functionName: "tillOf",
      args: [model, gateway],
    });
    if (!exists)
      throw new Error(
        `model ${model} has no till at the gateway ${gateway}: make it by \`tributary model till ${model} --gateway ${gateway}\``,
      );
    return { model, till };
  }

  /** As they are at the latest block. */
  async termsOf({ model, version }: { model: bigint; version: bigint }): Promise<ChainTerms> {
    const registry = { address: this.#contracts.modelRegistry, abi: modelRegistryAbi } as const;
    const [[input, output], status, stake] = await Promise.all([
      this.#client.readContract({ ...registry, functionName: "pricesOf", args: [version] }),
      this.#client.readContract({ ...registry, functionName: "indexStatus", args: [version] }),
      this.#stakeOn(model),
    ]);
    return { registered: { input, output }, stake, isUsable: status === USABLE };
  }

  async #stakeOn(model: bigint): Promise<bigint> {
    const staking = { address: this.#contracts.operatorStaking, abi: operatorStakingAbi } as const;
    const pool = await this.#client.readContract({
      ...staking,
      functionName: "poolWith",
      args: [MODEL_POOL, model, zeroAddress],
    });
    if (pool === 0n) return 0n;
    return (await this.#client.readContract({ ...staking, functionName: "poolOf", args: [pool] })).stake;
  }
}

function isRevertedWith(error: unknown, name: string): boolean {
  const reverted =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  return reverted instanceof ContractFunctionRevertedError && reverted.data?.errorName === name;
}

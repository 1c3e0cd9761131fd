// What openings are verified against: read from the chain for every answer.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import type { RootHex } from "@tributary/protocol/attribution-opening";
import { qualityTypedData, type SignedQualityReport } from "@tributary/protocol/quality-report";
import {
  type FinalProposal,
  finalProposalOf,
  type Standing,
  standingOf,
} from "@tributary/protocol/settlement-standing";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  type Hex,
  http,
  isAddressEqual,
  type PublicClient,
} from "viem";

export interface OpeningContracts {
  /** Ledgers of all payment tokens, that of OPEN first. */
  readonly ledgers: readonly Address[];
  readonly modelRegistry: Address;
  readonly datanetRegistry: Address;
}

export interface PositionBooks {
  /** Payouts after the newest final epoch. */
  readonly payouts: RootHex;
  readonly vault: Address;
  /** Attributed income that it was paid, base units. */
  readonly claimed: bigint;
  /** Direct income that waits for it. */
  readonly accrued: bigint;
}

export interface CommittedIndex {
  readonly version: bigint;
  readonly root: RootHex;
  readonly bundleHash: Hex;
  readonly methodId: Hex;
  readonly k: number;
  /** Who committed it. */
  readonly committer: Address;
}

/** `IndexStatus` of the model registry. */
const USABLE = 2;
const RPC_TIMEOUT_MILLISECONDS = 10_000;

export class OpeningChain {
  readonly #reader: PublicClient;
  readonly contracts: OpeningContracts;

  constructor(rpcUrl: string, contracts: OpeningContracts) {
    const transport = http(rpcUrl, { batch: true, timeout: RPC_TIMEOUT_MILLISECONDS });
    this.#reader = createPublicClient({ transport, cacheTime: 0 });
    this.contracts = contracts;
  }

  /** A ledger of the deployment; that of OPEN by default. */
  ledgerOf(address: string | undefined): Address | undefined {
    const { ledgers } = this.contracts;
    return address === undefined ? ledgers[0] : ledgers.find((ledger) => isAddressEqual(ledger, address as Address));
  }

  /** `undefined` of a position that there is none of. */
  async booksOf(ledger: Address, position: bigint): Promise<PositionBooks | undefined> {
    const at = { address: ledger, abi: royaltyLedgerAbi } as const;
    const [payouts, vault, positions, accrued] = await Promise.all([
      this.#reader.readContract({ ...at, functionName: "payoutsRoot" }),
      this.#reader.readContract({ ...at, functionName: "vault" }),
      this.#reader.readContract({ ...at, functionName: "positions" }),
      this.#reader.readContract({ ...at, functionName: "accruedOf", args: [position] }),
    ]);
    const [count, claimed] = await Promise.all([
      this.#reader.readContract({ address: positions, abi: royaltyPositionsAbi, functionName: "positionCount" }),
      this.#reader.readContract({ address: vault, abi: royaltyVaultAbi, functionName: "claimedOf", args: [position] }),
    ]);
    return position < 1n || position > count ? undefined : { payouts, vault, claimed, accrued };
  }

  /** Payouts after the newest final epoch. */
  payoutsOf(ledger: Address): Promise<RootHex> {
    return this.#reader.readContract({ address: ledger, abi: royaltyLedgerAbi, functionName: "payoutsRoot" });
  }

  /** Payouts that an epoch adds to; a hash of 0 where none was final before. */
  payoutsBefore(ledger: Address, epoch: bigint): Promise<RootHex> {
    const at = { address: ledger, abi: royaltyLedgerAbi } as const;
    return this.#reader.readContract({ ...at, functionName: "payoutsBefore", args: [epoch] });
  }

  /** What an epoch adds to the payouts before it, base units. */
  poolsOf(ledger: Address, epoch: bigint): Promise<bigint> {
    const at = { address: ledger, abi: royaltyLedgerAbi } as const;
    return this.#reader.readContract({ ...at, functionName: "epochPools", args: [epoch] });
  }

  finalOf(ledger: Address, epoch: bigint): Promise<FinalProposal | undefined> {
    return finalProposalOf({ reader: this.#reader, ledger }, epoch);
  }

  standingOf(ledger: Address, settlement: bigint): Promise<Standing> {
    return standingOf({ reader: this.#reader, ledger, modelRegistry: this.contracts.modelRegistry }, settlement);
  }

  /** The model version of a group of an epoch. */
  async versionOfGroup(ledger: Address, epoch: bigint, group: number): Promise<bigint> {
    const [version] = await this.#reader.readContract({
      ...{ address: ledger, abi: royaltyLedgerAbi, functionName: "groupHeadOf", args: [epoch, group] },
    });
    return version;
  }

  /** The index of a model version that is usable, and so final. */
  async indexOf(version: bigint): Promise<CommittedIndex | undefined> {
    const at = { address: this.contracts.modelRegistry, abi: modelRegistryAbi, args: [version] } as const;
    const [status, index, { k }] = await Promise.all([
      this.#reader.readContract({ ...at, functionName: "indexStatus" }),
      this.#reader.readContract({ ...at, functionName: "indexOf" }),
      this.#reader.readContract({ ...at, functionName: "methodOf" }),
    ]);
    if (status !== USABLE) return undefined;
    const { hash, sum, bundleHash, methodId, committer } = index;
    return { version, root: { hash, sum }, bundleHash, methodId, k, committer };
  }

  /** Whether an account, or a contract by its rule (ERC-1271), signed a report of quality. */
  async hasSigned(account: Address, { report, signature }: SignedQualityReport): Promise<boolean> {
    return this.#reader.verifyTypedData({ ...qualityTypedData(report), address: account, signature });
  }

  chainId(): Promise<number> {
    return this.#reader.getChainId();
  }

  /** The whole index layout of a model version: datanets with their records, in the order of places. */
  layoutOf(version: bigint) {
    return this.#reader.readContract({
      ...{ address: this.contracts.modelRegistry, abi: modelRegistryAbi, functionName: "layoutOf", args: [version] },
    });
  }

  /** Whether there is a model version, or a datanet, of this number: they are counted from 1. */
  async has(what: "version" | "datanet", id: bigint): Promise<boolean> {
    const { modelRegistry, datanetRegistry } = this.contracts;
    const count =
      what === "version"
        ? this.#reader.readContract({ address: modelRegistry, abi: modelRegistryAbi, functionName: "versionCount" })
        : this.#reader.readContract({
            address: datanetRegistry,
            abi: datanetRegistryAbi,
            functionName: "datanetCount",
          });
    return id >= 1n && id <= (await count);
  }

  async hasSettlement(ledger: Address, id: bigint): Promise<boolean> {
    const at = { address: ledger, abi: royaltyLedgerAbi } as const;
    return id >= 1n && id <= (await this.#reader.readContract({ ...at, functionName: "settlementCount" }));
  }

  /** `undefined` of one that there is none of. */
  async contributionOf(id: bigint) {
    try {
      return await this.#reader.readContract({
        address: this.contracts.datanetRegistry,
        abi: datanetRegistryAbi,
        functionName: "contributionOf",
        args: [id],
      });
    } catch (error) {
      const isRevert =
        error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null;
      if (isRevert) return undefined;
      throw error;
    }
  }
}

// Inputs of a ledger that can still be ended: receipts, sketches and indexes.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { readSettlement, type SettlementView } from "../chain/settlement-view.ts";
import type { DataSource } from "./committed-data.ts";
import { type CommittedInput, indexInput, receiptsInput, sketchesInput } from "./committed-trees.ts";
import type { Head } from "./head.ts";
import { readInBatches } from "./in-batches.ts";

/** `IModelRegistry.IndexStatus.Pending`. */
const INDEX_PENDING = 1;

/** An input that can still be ended. */
export interface LiveInput {
  readonly input: CommittedInput;
  /** Since when it is committed, and until when it can be ended; in seconds. */
  readonly since: number;
  readonly until: number;
}

/** A settlement that is not ready. */
export interface LiveSettlement {
  readonly view: SettlementView;
  /** Coordinates of the method's sketches. */
  readonly k: number;
  readonly receipts: LiveInput;
  /** The sketches that are committed now. */
  readonly sketches: LiveInput | undefined;
}

/** An index in its window. */
export interface LiveIndex extends LiveInput {
  readonly version: bigint;
  /** In base units. */
  readonly bond: bigint;
}

/** Blocks after which what was seen is not asked for again. */
const LASTING_BLOCKS = 64n;

/** Finds them, and remembers which settlements are past. */
export class LiveInputs {
  readonly #source: DataSource;
  readonly #past = new Set<bigint>();
  /** At which block each of those that are over was first seen so: a reorganisation can bring it back. */
  readonly #overSince = new Map<bigint, bigint>();

  constructor(source: DataSource) {
    this.#source = source;
  }

  async settlements(head: Head): Promise<LiveSettlement[]> {
    const { logs } = this.#source;
    const opened = logs.of("SettlementOpened").filter(({ args }) => !this.#past.has(args.settlement));
    const read = await readInBatches(opened, ({ args }) => this.#settlement(args.settlement, head));
    return read.filter((live) => live !== undefined);
  }

  async #settlement(id: bigint, head: Head): Promise<LiveSettlement | undefined> {
    const { reader, contracts } = this.#source;
    const view = await readSettlement(reader, contracts.ledger, id);
    const { status, openedAt, readyAt, modelVersion } = view;
    const isLive = status === "open" || (status === "committed" && head.timestamp < readyAt);
    if (!isLive) {
      if (status === "committed") return undefined;
      const since = this.#overSince.get(id) ?? head.number;
      this.#overSince.set(id, since);
      if (head.number - since >= LASTING_BLOCKS) this.#past.add(id);
      return undefined;
    }
    this.#overSince.delete(id);
    const { k } = await reader.readContract({
      address: contracts.modelRegistry,
      abi: modelRegistryAbi,
      functionName: "methodOf",
      args: [modelVersion],
    });
    const until = status === "open" ? Infinity : readyAt;
    const receipts = { input: receiptsInput(view, k), since: openedAt, until };
    return { view, k, receipts, sketches: await this.#sketches(view, k) };
  }

  async #sketches(view: SettlementView, k: number): Promise<LiveInput | undefined> {
    if (view.status !== "committed") return undefined;
    const { reader, contracts } = this.#source;
    const { sketchWindowSeconds } = await reader.readContract({
      address: contracts.ledger,
      abi: royaltyLedgerAbi,
      functionName: "parameters",
    });
    return { input: sketchesInput(view, k), since: view.readyAt - sketchWindowSeconds, until: view.readyAt };
  }

  /** None where another ledger's watcher is there for them. */
  async indexes(head: Head): Promise<LiveIndex[]> {
    const { reader, contracts, logs } = this.#source;
    if (contracts.indexProofs === undefined) return [];
    const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi } as const;
    const live: LiveIndex[] = [];
    const usableAt = new Map(logs.of("IndexCommitted").map(({ args }) => [args.version, args.usableAt]));
    // Disputes put it off.
    for (const { args } of logs.of("IndexHeld"))
      usableAt.set(args.version, Math.max(args.usableAt, usableAt.get(args.version) ?? 0));
    for (const [version, latest] of usableAt) {
      if (latest <= head.timestamp) continue;
      const status = await reader.readContract({ ...registry, functionName: "indexStatus", args: [version] });
      if (status !== INDEX_PENDING) continue;
      const index = await reader.readContract({ ...registry, functionName: "indexOf", args: [version] });
      const input = await indexInput(this.#source, version);
      live.push({ input, version, since: index.committedAt, until: index.usableAt, bond: index.bond });
    }
    return live;
  }
}

// What the settlements of a till say of their channels, so that the few that contradict another one are found among many.
import { RECEIPT } from "@tributary/protocol/kinds";
import { areContradictory } from "@tributary/protocol/proofs/settlement-checks";
import { isAddressEqual } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import type { SettlementView } from "../chain/settlement-view.ts";
import { type Channels, channelsOf } from "../watcher/find-settlement-fault.ts";
import { contentsOf, MissingNode, type ReadLeaf } from "../watcher/shown-tree.ts";
import type { DataSource } from "./committed-data.ts";
import { type CommittedInput, type KnownInput, knownInput, nodeOf, takenInput } from "./committed-trees.ts";
import type { MadeDemand } from "./demand-book.ts";
import { publishedReceipts } from "./input-trees.ts";
import type { KeptLogOf } from "./log-book.ts";

/** Receipts that were not to be had, or not whole, are looked for again after so long. */
const ASK_AGAIN_SECONDS = 60;

/** A settlement as its event tells it. */
export type OpenedSettlement = KeptLogOf<"SettlementOpened">["args"];

/** Receipts that were looked for. */
interface Looked {
  readonly channels: Channels;
  readonly isWhole: boolean;
  readonly at: number;
}

/** Reads the receipts of each settlement once, and keeps the first and the last of each channel. */
export class TillHistory {
  readonly #source: DataSource;
  readonly #looked = new Map<bigint, Looked>();

  constructor(source: DataSource) {
    this.#source = source;
  }

  /**
   * Settlements of the till that an accused one is compared with. Two that are both pending accuse the later one alone: with it the contradiction ends.
   * @param live ids of those that are not ready
   */
  othersOf({ settlementId, till }: SettlementView, live: ReadonlySet<bigint>): OpenedSettlement[] {
    const { logs } = this.#source;
    const voided = new Set(logs.of("SettlementVoided").map(({ args }) => args.settlement));
    return logs
      .of("SettlementOpened")
      .map(({ args }) => args)
      .filter(({ settlement }) => settlement < settlementId || (settlement > settlementId && !live.has(settlement)))
      .filter((other) => isAddressEqual(other.till, till) && !voided.has(other.settlement));
  }

  /** Whether the receipts of a settlement are all known; looks for them. @param now time of the newest block, in seconds */
  async isKnown(opened: OpenedSettlement, made: readonly MadeDemand[], now: number): Promise<boolean> {
    const looked = this.#looked.get(opened.settlement);
    if (looked !== undefined && (looked.isWhole || now < looked.at + ASK_AGAIN_SECONDS)) return looked.isWhole;
    const found = readChannels(await this.receiptsOf(opened, made), opened.count);
    this.#looked.set(opened.settlement, { ...found, at: now });
    return found.isWhole;
  }

  /** Whether what is known of a settlement contradicts another one's channels. */
  contradicts({ settlement }: OpenedSettlement, accused: bigint, own: Channels): boolean {
    const channels = this.#looked.get(settlement)?.channels ?? new Map<never, never>();
    return [...own].some(([channel, mine]) => {
      const theirs = (channels as Channels).get(channel);
      if (theirs === undefined) return false;
      const [earlier, later] = accused > settlement ? [theirs, mine] : [mine, theirs];
      return areContradictory(earlier.last.receipt, later.first.receipt);
    });
  }

  receiptsOf(
    { settlement: id, receipts, count }: OpenedSettlement,
    made: readonly MadeDemand[],
  ): Promise<KnownInput<ReceiptTable>> {
    // Receipts have no coordinates.
    const input: CommittedInput = { commitment: { kind: RECEIPT, id, sub: 0 }, root: nodeOf(receipts), count, k: 0 };
    return knownInput(made, input, () => publishedReceipts(this.#source, id));
  }
}

/** The channels of the receipts that count, as far as they are known. */
export function readChannels(known: KnownInput<unknown>, count: number): { channels: Channels; isWhole: boolean } {
  const leaves: ReadLeaf[] = [];
  let isWhole = true;
  for (const found of contentsOf(takenInput(known))) {
    if (found instanceof MissingNode) isWhole = false;
    else if (found.what === "leaf" && found.place < count) leaves.push(found);
  }
  return { channels: channelsOf(leaves), isWhole };
}

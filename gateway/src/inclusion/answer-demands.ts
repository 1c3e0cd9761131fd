// Answers demands that a receipt of this gateway be settled, and settles it first where it is not.
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from "viem";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { linkArgument } from "@tributary/protocol/proofs/link";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Books, Settlement } from "../books/books.ts";
import { reasonOf } from "@tributary/protocol/reason";
import type { SettlementChain, SettlementKeys, Tell } from "../settlement/chain.ts";
import { rereadFrom } from "../settlement/overlap.ts";
import { openReceipt } from "../settlement/receipt-file.ts";
import { sendAndWait } from "../settlement/send.ts";
import { settleThrough } from "../settlement/settle-through.ts";
import type { Settler } from "../settlement/settler.ts";

const BLOCKS_AT_A_TIME = 9_999n;
/** How many blocks the next process reads again rather than have each look written down. */
const BLOCKS_UNKEPT = 100n;
/** `InclusionStatus` of the contract. */
const [NONE, OPEN] = [0, 1];

export interface Demand {
  readonly receiptHash: Hex;
  readonly receipt: Receipt;
  /** Last second in which it can be answered. */
  readonly deadline: number;
}

/** A demand and the block of its event. */
type Read = Demand & { readonly blockNumber: bigint };

export interface InclusionOptions {
  readonly books: Pick<Books, "receipt" | "settlements" | "unsettled" | "unreadFrom" | "readTo">;
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  readonly settler: Pick<Settler, "settle" | "receiptsFile" | "alone">;
  readonly tell: Tell;
}

/**
 * Demands against this gateway. One that cannot be answered yet is kept, and tried again at each look until its time is over; one that is answered is looked at until its
 * answer is as deep as `confirmations` says, since a reorganisation that takes the answer back leaves the deadline. From which block the next process has to read, the books keep:
 * that of the oldest demand that is looked at, or the first that may still be replaced.
 */
export class Inclusions {
  readonly #options: InclusionOptions;
  readonly #demands = new Map<Hex, Read>();
  /** Ended at the last look, in a block that is not deep. */
  readonly #young = new Set<Hex>();
  /** Not answered in time, and not ended yet: whoever ends one has the gateway slashed. */
  readonly #overdue = new Set<Hex>();
  /** Undefined until something was read. */
  #nextBlock: bigint | undefined;

  constructor(options: InclusionOptions) {
    this.#options = options;
  }

  /** How many demands are open, those included whose time is over. */
  get open(): number {
    return this.#demands.size - this.#young.size;
  }

  /** How many were not answered in time. */
  get overdue(): number {
    return this.#overdue.size;
  }

  /** Looks once. @returns how many demands are open after it */
  async look(): Promise<number> {
    await this.#read();
    for (const demand of [...this.#demands.values()].sort((a, b) => a.deadline - b.deadline)) {
      const { receiptHash, deadline } = demand;
      try {
        if ((await this.#statusOf(receiptHash)) === OPEN) {
          this.#young.delete(receiptHash);
          if (!(await this.#answer(demand))) continue;
        }
        this.#young.add(receiptHash);
        this.#overdue.delete(receiptHash);
        if (await this.#isOver(receiptHash)) this.#forget(receiptHash);
      } catch (error) {
        this.#options.tell("demand not answered", { receiptHash, deadline, reason: reasonOf(error) });
      }
    }
    await this.#keep();
    return this.open;
  }

  /** Keeps from where the next process reads on. */
  async #keep(): Promise<void> {
    const { books, keys } = this.#options;
    const { address } = keys.gateway;
    const blocks = [...this.#demands.values()].map(({ blockNumber }) => blockNumber);
    const unreadFrom = blocks.reduce((least, block) => (block < least ? block : least), this.#nextBlock!);
    const kept = await books.unreadFrom(address);
    if (kept === undefined || unreadFrom < kept || unreadFrom - kept >= BLOCKS_UNKEPT)
      await books.readTo(address, unreadFrom);
  }

  /** From where a process that has read nothing reads: what the books kept, unless the chain is not that long, so that it is another one, or its node far behind. */
  async #firstBlock(latest: bigint): Promise<bigint> {
    const { books, chain, keys } = this.#options;
    const kept = await books.unreadFrom(keys.gateway.address);
    return kept === undefined || kept > latest ? chain.fromBlock : kept;
  }

  #forget(receiptHash: Hex): void {
    this.#demands.delete(receiptHash);
    this.#young.delete(receiptHash);
  }

  async #statusOf(receiptHash: Hex, blockNumber?: bigint): Promise<number> {
    const { reader, contracts } = this.#options.chain;
    const { status } = await reader.readContract({
      address: contracts.settlementProofs,
      abi: settlementProofsAbi,
      functionName: "inclusionOf",
      args: [receiptHash],
      ...(blockNumber === undefined ? {} : { blockNumber }),
    });
    return status;
  }

  /** Whether a demand that is not open has ended in a block that is deep, or is not on chain: were it there again, its event would be read again. */
  async #isOver(receiptHash: Hex): Promise<boolean> {
    const { reader, confirmations, fromBlock } = this.#options.chain;
    const latest = await reader.getBlockNumber({ cacheTime: 0 });
    if ((await this.#statusOf(receiptHash, latest)) === NONE) return true;
    const deep = latest - BigInt(confirmations - 1);
    if (deep < fromBlock) return false;
    const status = await this.#statusOf(receiptHash, deep);
    return status !== OPEN && status !== NONE;
  }

  async #read(): Promise<void> {
    const { chain, keys } = this.#options;
    const latest = await chain.reader.getBlockNumber({ cacheTime: 0 });
    const first = this.#nextBlock ?? (await this.#firstBlock(latest));
    for (let from = first; from <= latest; from += BLOCKS_AT_A_TIME + 1n) {
      const to = from + BLOCKS_AT_A_TIME < latest ? from + BLOCKS_AT_A_TIME : latest;
      const logs = await chain.reader.getContractEvents({
        address: chain.contracts.settlementProofs,
        abi: settlementProofsAbi,
        eventName: "InclusionDemanded",
        args: { gateway: keys.gateway.address },
        fromBlock: from,
        toBlock: to,
        strict: true,
      });
      for (const { args, blockNumber } of logs) this.#demands.set(args.receiptHash, { ...args, blockNumber });
    }
    this.#nextBlock = rereadFrom(chain, latest);
  }

  /** @returns whether it is answered now; not where its time is over */
  async #answer({ receiptHash, receipt, deadline }: Demand): Promise<boolean> {
    const { chain, keys, settler, tell } = this.#options;
    const proofs = { address: chain.contracts.settlementProofs, abi: settlementProofsAbi } as const;
    const { timestamp } = await chain.reader.getBlock();
    if (timestamp > BigInt(deadline)) {
      if (!this.#overdue.has(receiptHash)) tell("demand overdue", { receiptHash, deadline });
      this.#overdue.add(receiptHash);
      return false;
    }
    const settlement = await this.#settlementOf(receiptHash, receipt.till, receipt.modelVersion);
    const { link } = await openReceipt(await settler.receiptsFile(settlement), receipt);
    const call = {
      abi: settlementProofsAbi,
      functionName: "answerInclusion",
      args: [receiptHash, settlement.onChain!, linkArgument(link)],
    } as const;
    const { request } = await chain.reader.simulateContract({ ...call, ...proofs, account: keys.gateway.address });
    const gas = await chain.reader.estimateContractGas({ ...request, account: keys.gateway.address });
    const what = `answer to the demand of receipt ${receiptHash}`;
    const data = encodeFunctionData(call);
    await settler.alone(() =>
      sendAndWait(chain, keys.gateway, { what, to: chain.contracts.settlementProofs, data, gas: gas * 2n }),
    );
    tell("demand answered", { receiptHash, settlement: String(settlement.onChain) });
    return true;
  }

  /** The closed settlement that has a receipt; what is in none is settled now, as often as another version's calls stand before it in its channel. */
  async #settlementOf(receiptHash: Hex, till: Address, version: bigint): Promise<Settlement> {
    const { books, settler } = this.#options;
    for (;;) {
      const entry = await books.receipt(receiptHash);
      if (entry === undefined) throw new Error("the books do not have this receipt, though the gateway signed it");
      if (entry.settlement !== undefined) {
        const settlement = (await books.settlements()).find(
          (one) => one.onChain === entry.settlement && isAddressEqual(one.till, till),
        );
        if (settlement !== undefined) return settlement;
        throw new Error(`the books do not have settlement ${entry.settlement} of the till ${till}`);
      }
      // Finishes what is open, which may have the receipt, and is enough where it stands first in its channel.
      if ((await settler.settle(till, version)).length > 0) continue;
      const isClosed = await settleThrough(
        { unsettled: () => books.unsettled(), settle: (each, of) => settler.settle(each, of) },
        till,
        async () => (await books.receipt(receiptHash))?.settlement !== undefined,
      );
      if (!isClosed) throw new Error("it is in no settlement, and there is nothing that can be settled now");
    }
  }
}

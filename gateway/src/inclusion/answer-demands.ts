// Answers demands that a receipt of this gateway be settled, and settles it first where it is not.
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from "viem";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { linkArgument } from "@tributary/protocol/proofs/link";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Books, Settlement } from "../books/books.ts";
import { reasonOf } from "@tributary/protocol/reason";
import type { SettlementChain, SettlementKeys, Tell } from "../settlement/chain.ts";
import { openReceipt } from "../settlement/receipt-file.ts";
import { sendAndWait } from "../settlement/send.ts";
import { settleThrough } from "../settlement/settle-through.ts";
import type { Settler } from "../settlement/settler.ts";

/** Blocks that are read again at each look, since a reorganisation may have put an event into them. */
const OVERLAP_BLOCKS = 64n;
const BLOCKS_AT_A_TIME = 9_999n;
/** `InclusionStatus.Open` of the contract. */
const OPEN = 1;

export interface Demand {
  readonly receiptHash: Hex;
  readonly receipt: Receipt;
  /** Last second in which it can be answered. */
  readonly deadline: number;
}

export interface InclusionOptions {
  readonly books: Pick<Books, "receipt" | "settlements" | "unsettled">;
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  readonly settler: Pick<Settler, "settle" | "receiptsFile" | "alone">;
  readonly tell: Tell;
}

/** Demands against this gateway. One that cannot be answered yet is kept, and tried again at each look until its time is over. */
export class Inclusions {
  readonly #options: InclusionOptions;
  readonly #open = new Map<Hex, Demand>();
  /** Not answered in time, and not ended yet: whoever ends one has the gateway slashed. */
  readonly #overdue = new Set<Hex>();
  #nextBlock: bigint;

  constructor(options: InclusionOptions) {
    this.#options = options;
    this.#nextBlock = options.chain.fromBlock;
  }

  /** How many demands are open, those included whose time is over. */
  get open(): number {
    return this.#open.size;
  }

  /** How many were not answered in time. */
  get overdue(): number {
    return this.#overdue.size;
  }

  /** Looks once. @returns how many demands are open after it */
  async look(): Promise<number> {
    await this.#read();
    for (const demand of [...this.#open.values()].sort((a, b) => a.deadline - b.deadline)) {
      try {
        if (await this.#answer(demand)) {
          this.#open.delete(demand.receiptHash);
          this.#overdue.delete(demand.receiptHash);
        }
      } catch (error) {
        const { receiptHash, deadline } = demand;
        this.#options.tell("demand not answered", { receiptHash, deadline, reason: reasonOf(error) });
      }
    }
    return this.#open.size;
  }

  async #read(): Promise<void> {
    const { chain, keys } = this.#options;
    const latest = await chain.reader.getBlockNumber({ cacheTime: 0 });
    for (let from = this.#nextBlock; from <= latest; from += BLOCKS_AT_A_TIME + 1n) {
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
      for (const { args } of logs) this.#open.set(args.receiptHash, args);
    }
    this.#nextBlock = latest > OVERLAP_BLOCKS ? latest - OVERLAP_BLOCKS : 0n;
  }

  /** @returns whether there is nothing more to do about it */
  async #answer({ receiptHash, receipt, deadline }: Demand): Promise<boolean> {
    const { chain, keys, settler, tell } = this.#options;
    const proofs = { address: chain.contracts.settlementProofs, abi: settlementProofsAbi } as const;
    const { status } = await chain.reader.readContract({ ...proofs, functionName: "inclusionOf", args: [receiptHash] });
    if (status !== OPEN) return true;
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

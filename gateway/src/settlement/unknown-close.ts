// Whether a till was closed over receipts by other books than these: what those closed must not be closed again.
import { type Address, type Hex, isAddressEqual } from "viem";
import type { Books, Settlement } from "../books/books.ts";
import type { SettlementChain } from "./chain.ts";
import { closesOf } from "./close.ts";
import { rereadFrom } from "./overlap.ts";

/** Books that may not settle a till. */
export class UnknownClose extends Error {
  override readonly name = "UnknownClose";
}

interface Close {
  readonly blockNumber: bigint;
  readonly version: bigint;
  readonly count: number;
  readonly root: { readonly hash: Hex; readonly sum: bigint };
}
interface Seen {
  readonly closes: ReadonlyMap<bigint, Close>;
  readonly nextBlock: bigint;
}

export interface ClosesParts {
  readonly books: Pick<Books, "settlements" | "unreadFrom" | "readTo">;
  readonly chain: Pick<SettlementChain, "reader" | "fromBlock" | "confirmations">;
  /** The root over a settlement's receipts as these books have them. */
  readonly rootHashOf: (settlement: Settlement) => Promise<Hex>;
}

/** Compares the closes of tills on chain with the books' settlements. What it has read of the chain it keeps, and the books keep from where the next process reads on. */
export class Closes {
  readonly #parts: ClosesParts;
  readonly #seen = new Map<string, Seen>();

  constructor(parts: ClosesParts) {
    this.#parts = parts;
  }

  /**
   * @returns the first block whose closes the books may not have: each in an earlier one is a closed settlement of theirs, in a block that is deep
   * @throws UnknownClose if the till has a settlement on chain that is none of these books', closed or being closed
   */
  async check(till: Address): Promise<bigint> {
    const { closes, nextBlock } = await this.#read(till);
    const settlements = (await this.#parts.books.settlements()).filter((each) => isAddressEqual(each.till, till));
    const known = new Set(settlements.map(({ onChain }) => onChain));
    let unreadFrom = nextBlock;
    for (const [settlement, close] of closes) {
      if (known.has(settlement)) continue;
      if (close.blockNumber < unreadFrom) unreadFrom = close.blockNumber;
      // A close that was mined before it was written down is of these very receipts.
      const swept = settlements.find((each) => each.state === "swept" && isAlike(each, close));
      if (swept !== undefined && (await this.#parts.rootHashOf(swept)) === close.root.hash) continue;
      throw new UnknownClose(
        `the till ${till} was closed in settlement ${settlement} over ${close.count} receipts, root ${close.root.hash}, and these books don't know of it: they are an older copy, or other ones. From them receipts could be signed and closed a second time, for which the gateway is slashed. Serve and settle with the newest books, or with another key and a new till; these books may claim (gateway settle --claim)`,
      );
    }
    await this.#keep(till, unreadFrom);
    return unreadFrom;
  }

  async #keep(till: Address, unreadFrom: bigint): Promise<void> {
    const { books } = this.#parts;
    const kept = await books.unreadFrom(till);
    if (kept !== unreadFrom) await books.readTo(till, unreadFrom);
  }

  /** From where a process that has read nothing of a till reads: what the books kept, unless the chain is not that long, so that it is another one, or its node far behind. */
  async #firstBlock(till: Address, latest: bigint): Promise<bigint> {
    const { books, chain } = this.#parts;
    const kept = await books.unreadFrom(till);
    return kept === undefined || kept > latest ? chain.fromBlock : kept;
  }

  async #read(till: Address): Promise<Seen> {
    const { chain } = this.#parts;
    const key = till.toLowerCase();
    const latest = await chain.reader.getBlockNumber({ cacheTime: 0 });
    const { closes: before, nextBlock }: Seen = this.#seen.get(key) ?? {
      closes: new Map(),
      nextBlock: await this.#firstBlock(till, latest),
    };
    // What a reorganisation took out of the blocks that are read again is not there any more, and its number may be another close's.
    const isKept = ({ blockNumber }: Close): boolean => blockNumber < nextBlock || blockNumber > latest;
    const closes = new Map([...before].filter(([, close]) => isKept(close)));
    const read = closesOf(chain.reader, till, nextBlock, latest);
    for await (const { settlement, version, receipts, count, blockNumber } of read)
      closes.set(settlement, { version, count, root: receipts, blockNumber });
    const seen = { closes, nextBlock: rereadFrom(chain, latest) };
    this.#seen.set(key, seen);
    return seen;
  }
}

function isAlike({ version, count, sum }: Settlement, close: Close): boolean {
  return version === close.version && count === close.count && sum === close.root.sum;
}

// Hands the texts of closed settlements to attributors, each once, whatever happened after its close.
import { reasonOf } from "@tributary/protocol/reason";
import type { Books, Settlement } from "../books/books.ts";
import type { Tell } from "./chain.ts";
import { exportSettlement, TextsForgotten } from "./export.ts";
import { OneAtATime } from "./one-at-a-time.ts";

export interface HandOverParts {
  readonly books: Pick<Books, "unhanded" | "handed" | "receiptsOf">;
  /** Where the files go. */
  readonly folder: string;
  readonly tell: Tell;
}

export class HandOver {
  readonly #parts: HandOverParts;
  /** Two that wrote one file at a time would be in each other's way. */
  readonly #writing = new OneAtATime();

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  /**
   * Writes the file of every closed settlement that has not been handed over, and keeps in the books that it was: a file that is removed later is not written again.
   * @throws the first Error of a settlement, after all were tried
   */
  look(): Promise<void> {
    return this.#writing.run(async () => {
      let failure: Error | undefined;
      for (const settlement of await this.#parts.books.unhanded()) {
        try {
          await this.#hand(settlement);
        } catch (error) {
          failure ??= error as Error;
        }
      }
      if (failure !== undefined) throw failure;
    });
  }

  async #hand(settlement: Settlement): Promise<void> {
    const { books, folder, tell } = this.#parts;
    try {
      await exportSettlement(books, settlement, folder);
    } catch (error) {
      // Texts are forgotten only where no attributor needs them any more.
      if (!(error instanceof TextsForgotten)) throw error;
      tell("not handed over", { settlement: settlement.number, reason: reasonOf(error) });
    }
    await books.handed(settlement.number);
  }
}

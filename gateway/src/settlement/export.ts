// Hands the texts of a settlement to attributors, who sketch them: a file for the operator's eyes, never published.
import { join } from "node:path";
import type { Books, Settlement } from "../books/books.ts";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { writeDurably } from "./durable-file.ts";

const CALLS_AT_A_TIME = 256;

/** Texts that are not in the books any more. */
export class TextsForgotten extends Error {
  override readonly name = "TextsForgotten";
}

/**
 * Writes `settlement-<id>.json` as the engine reads it: receipts, salts, texts, and citations where the upstream gave them; readable by the operator alone.
 * @returns its path
 * @throws TextsForgotten if a text was forgotten; Error if the settlement is not closed
 */
export function exportSettlement(
  books: Pick<Books, "receiptsOf">,
  settlement: Settlement,
  folder: string,
): Promise<string> {
  const { number, onChain } = settlement;
  if (onChain === undefined) throw new Error(`settlement ${number} of these books is ${settlement.state}, not closed`);
  const path = join(folder, `settlement-${onChain}.json`);
  return writeDurably(path, async (file) => {
    await file.writeFile('{"calls":[');
    let [waiting, isFirst] = ["", true];
    let count = 0;
    for await (const { id, receipt, salt, exchange } of books.receiptsOf(number)) {
      if (exchange === undefined)
        throw new TextsForgotten(
          `settlement ${onChain}: the texts of receipt ${id} were forgotten, and cannot be exported`,
        );
      const { prompt, answer, citations } = exchange;
      const call = { prompt, answer, receiptHash: id, salt, ...(citations && { citations }), receipt: plain(receipt) };
      waiting += `${isFirst ? "" : ","}${JSON.stringify(call)}`;
      isFirst = false;
      if (++count % CALLS_AT_A_TIME === 0) {
        await file.writeFile(waiting);
        waiting = "";
      }
    }
    await file.writeFile(`${waiting}]}\n`);
    return path;
  });
}

/** Amounts and ids as decimal strings, as JSON has no other integers of their size. */
function plain(receipt: Receipt): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(receipt).map(([field, value]) => [field, typeof value === "bigint" ? value.toString() : value]),
  );
}

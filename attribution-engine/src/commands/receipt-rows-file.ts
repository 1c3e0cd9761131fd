// The receipts of a settlement as a gateway hands them over: a file of rows (protocol, receipt-rows), read without holding it twice.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fillReceiptColumns, RECEIPT_ROW_BYTES } from "@tributary/protocol/receipt-rows";
import { emptyReceiptTable, type ReceiptTable } from "../attribution/receipt-table.ts";

const ROWS_AT_A_TIME = 4_096;

/** Throws an Error that names the file, and the row where one is malformed. */
export function readReceiptRows(path: string): ReceiptTable {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0 || size % RECEIPT_ROW_BYTES !== 0)
      throw new Error(`${size} bytes are not a whole number of rows of ${RECEIPT_ROW_BYTES}, at least one`);
    const table = emptyReceiptTable(size / RECEIPT_ROW_BYTES);
    const buffer = new Uint8Array(ROWS_AT_A_TIME * RECEIPT_ROW_BYTES);
    for (let row = 0; row < table.count; row += ROWS_AT_A_TIME) {
      const length = Math.min(ROWS_AT_A_TIME, table.count - row) * RECEIPT_ROW_BYTES;
      for (let at = 0; at < length;) {
        const read = readSync(file, buffer, at, length - at, row * RECEIPT_ROW_BYTES + at);
        if (read === 0) throw new Error("it became shorter while it was read");
        at += read;
      }
      fillReceiptColumns(table, row, buffer.subarray(0, length));
    }
    return table;
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause });
  } finally {
    closeSync(file);
  }
}

// Checks what the stages read from a corpus file, and names the row that is wrong.
import { canonicalText } from "@tributary/protocol/canonical-text";
import { isHash } from "viem";
import type { CorpusFile } from "./files.ts";

/** Throws an Error that names the file and the datanet, contributor or record that is missing, empty, or not in canonical form (docs/formats.md §8.1). */
export function checkCorpus(path: string, value: unknown): asserts value is CorpusFile {
  const fail = (message: string): never => {
    throw new Error(`${path}: ${message}; run the stage corpus again`);
  };
  const listOf = (holder: unknown, member: string, where: string): unknown[] => {
    const list = (holder as Record<string, unknown> | null | undefined)?.[member];
    return Array.isArray(list) && list.length > 0 ? (list as unknown[]) : fail(`${where} has no ${member}`);
  };
  let place = 0;
  listOf(value, "datanets", "it").forEach((datanet, d) => {
    listOf(datanet, "contributors", `datanet ${d}`).forEach((contributor, c) => {
      const records = listOf(contributor, "records", `contributor ${c} of datanet ${d}`);
      records.forEach((record, r) => {
        const fault = faultOf((record ?? {}) as { text?: unknown; recordHash?: unknown });
        if (fault !== undefined) {
          fail(`row ${place} (record ${r} of contributor ${c} of datanet ${d}) ${fault}`);
        }
        place++;
      });
    });
  });
}

function faultOf({ text, recordHash }: { text?: unknown; recordHash?: unknown }): string | undefined {
  if (text === undefined && recordHash !== undefined)
    return isHash(String(recordHash)) ? undefined : "has neither a text nor the hash of a record, 0x and 64 hex digits";
  if (typeof text !== "string") return "has no text";
  if (text === "") return "is empty";
  if (!text.isWellFormed()) return "has a lone surrogate, so it has no UTF-8";
  if (canonicalText(text) !== text) return `is not in canonical form: ${text.slice(0, 60)}…`;
  return undefined;
}

// Checks that a text is the record that an index names, by its hash.
import { bytesToHex } from "@tributary/protocol/bytes";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import type { CheckStep } from "@tributary/protocol/check-steps";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Hex } from "viem";

/** @param recordHash as the record's leaf in the index has it, which was opened from the chain's root */
export function checkRecordText(text: string, recordHash: Hex): CheckStep {
  let found: string;
  try {
    found = bytesToHex(keccak256(canonicalTextBytes(text)));
  } catch (error) {
    found = error instanceof Error ? error.message : String(error);
  }
  const step = { what: "the record's text: its hash", expected: recordHash, source: "opening" } as const;
  return { ...step, found, holds: found === recordHash };
}

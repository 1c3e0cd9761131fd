// What the SIMULATED payers keep of each call: the proof of its receipt, and the two texts that only they and the gateway have.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import type { PaidCall } from "./paid-calls.ts";

/** Writes `<receipt id>.json` for each call, which the dashboard shows to its payer. */
export function keepAnswers(folder: string, calls: readonly PaidCall[]): void {
  for (const call of calls) {
    const { prompt, answer } = call;
    writeFileSync(
      join(folder, `${call.id.toLowerCase()}.json`),
      JSON.stringify({ ...receiptProof(call), prompt, answer }),
    );
  }
}

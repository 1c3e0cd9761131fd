// Refuses an epoch that the ledger took no settlement into: there is nothing to attribute in it, and the ledger takes no proposal for it.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Address } from "viem";
import type { Reader } from "./chain-access.ts";
import { readSettlement, type SettlementView } from "./settlement-view.ts";

/** Settlements that the refusal tells of, the newest. */
const MOST_TOLD = 8n;

/** @throws Error that says in which epochs the ledger's newest settlements are, and what to do */
export async function requireSettlements(reader: Reader, ledger: Address, epoch: bigint): Promise<void> {
  const contract = { address: ledger, abi: royaltyLedgerAbi } as const;
  if ((await reader.readContract({ ...contract, functionName: "groupCount", args: [epoch] })) > 0) return;
  const count = await reader.readContract({ ...contract, functionName: "settlementCount" });
  const told: string[] = [];
  for (let id = count; id > 0n && id > count - MOST_TOLD; id--) {
    const settlement = await readSettlement(reader, ledger, id);
    // Its epoch is that in which its window ends, which is not written down before it is taken in.
    const at =
      settlement.status === "committed"
        ? await reader.readContract({ ...contract, functionName: "epochAt", args: [settlement.readyAt] })
        : settlement.epoch;
    told.push(`settlement ${id} ${whereabouts(settlement, at)}`);
  }
  const newest = count === 0n ? "there is none yet" : `of its ${count} settlements ${told.join(", ")}`;
  const earlier = count > MOST_TOLD ? `; the ${count - MOST_TOLD} before were not looked at` : "";
  throw new Error(
    `epoch ${epoch}: the ledger ${ledger} has taken no settlement into it, so there is nothing to attribute, and it takes no proposal for it; ${newest}${earlier}: name an epoch that has settlements, or have those that are ready taken in (advance) and run this again`,
  );
}

function whereabouts({ status, readyAt }: SettlementView, epoch: bigint): string {
  switch (status) {
    case "ready":
      return `is in epoch ${epoch}`;
    case "committed":
      return `will be in epoch ${epoch}, once it is taken in, which may be from ${new Date(readyAt * 1_000).toISOString()} on`;
    case "open":
      return "has no sketches committed";
    case "none":
    case "expired":
    case "voided":
      return `is ${status}`;
  }
}

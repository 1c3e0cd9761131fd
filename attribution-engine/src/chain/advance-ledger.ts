// Moves settlements whose window has passed into the groups of their epochs.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Address } from "viem";
import type { ChainAccess } from "./chain-access.ts";
import { confirm } from "./send-once.ts";

const PER_TRANSACTION = 32n;

/** Advances until nothing is left that can be; gives how many settlements were moved. */
export async function advanceLedger({ reader, sender }: ChainAccess, ledger: Address): Promise<number> {
  let moved = 0;
  for (;;) {
    const { request, result } = await reader.simulateContract({
      account: sender.account,
      address: ledger,
      abi: royaltyLedgerAbi,
      functionName: "advance",
      args: [PER_TRANSACTION],
    });
    if (result === 0n) return moved;
    await confirm(reader, await sender.writeContract(request), "advance");
    moved += Number(result);
  }
}

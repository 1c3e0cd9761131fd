// Whether what an opened call paid is owed to the positions that the chain says earn for its records' contributions.
import type { Address, PublicClient } from "viem";
import { datanetRegistryAbi } from "./abi/datanet-registry.ts";
import { royaltyLedgerAbi } from "./abi/royalty-ledger.ts";
import type { AttributedCall } from "./attribution-opening.ts";
import type { Checks } from "./check-steps.ts";

/** Where the chain is asked who earns. */
export type EarnerSource = {
  readonly reader: Pick<PublicClient, "readContract">;
  readonly addresses: Readonly<Record<"RoyaltyLedger" | "DatanetRegistry", Address>>;
};

/**
 * Checks the position of every opened record. docs/formats.md §6.3: earnings are owed to the position of a contribution that was accepted before the epoch
 * ended, else to the treasury's.
 * @throws Error saying which record's position is another, or whatever `reader` throws
 */
export async function checkEarners(
  { reader, addresses }: EarnerSource,
  call: AttributedCall,
  epoch: bigint,
  checks: Checks,
): Promise<void> {
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const datanets = { address: addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
  const owed = call.records.filter(({ position }) => position !== undefined);
  const contributions = [...new Set(owed.map(({ contributionId }) => contributionId))];
  const end = await reader.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] });
  const [treasury, ...earners] = await Promise.all([
    reader.readContract({ ...ledger, functionName: "treasuryPosition" }),
    ...contributions.map((id) => reader.readContract({ ...datanets, functionName: "earnerOf", args: [id, end] })),
  ]);
  for (const { list, rank, contributionId, position } of owed) {
    const earner = earners[contributions.indexOf(contributionId)]!;
    const what = `${list} record ${rank + 1}: the position that earns for contribution ${contributionId}`;
    checks.same(position, earner === 0n ? treasury : earner, what, "chain");
  }
}

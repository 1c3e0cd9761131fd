// What a transaction paid to positions.
import { type Log, parseEventLogs } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";

export interface Payment {
  position: bigint;
  recipient: string;
  attributed: bigint;
  accrued: bigint;
}

/** What a transaction's events say was paid for each position: attributed income by the vault, direct income by the ledger. */
export function paymentsIn(logs: readonly Log[]): Payment[] {
  const parts: Payment[] = [
    ...parseEventLogs({ abi: royaltyVaultAbi, eventName: "Claimed", logs: [...logs] }).map(({ args }) => ({
      ...args,
      accrued: 0n,
    })),
    ...parseEventLogs({ abi: royaltyLedgerAbi, eventName: "AccruedPaid", logs: [...logs] }).map(({ args }) => ({
      ...{ position: args.position, recipient: args.recipient },
      ...{ attributed: 0n, accrued: args.amount },
    })),
  ];
  const payments = new Map<bigint, Payment>();
  for (const part of parts) {
    const { attributed, accrued } = payments.get(part.position) ?? { attributed: 0n, accrued: 0n };
    payments.set(part.position, {
      ...part,
      attributed: attributed + part.attributed,
      accrued: accrued + part.accrued,
    });
  }
  return [...payments.values()];
}

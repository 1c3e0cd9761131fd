// Checks that the gateway tells a payer who and what shaped its answer, as the epoch's bundle does: it verifies every opening from the roots on chain first.
import type { Checks } from "./checks.ts";
import type { ExplainedCall, ExplainedRecord } from "./engine-results.ts";
import type { PaidCall } from "./paid-calls.ts";

interface Attribution {
  status?: string;
  records?: (Pick<ExplainedRecord, "place" | "s" | "w" | "points"> & {
    list: "helpful" | "harmful";
    contributor: string;
  })[];
}

/** Asks for one call of each settlement. */
export async function checkAttributions(
  checks: Checks,
  gatewayUrl: string,
  calls: readonly PaidCall[],
  explained: readonly ExplainedCall[],
): Promise<void> {
  const asked = [calls[0]!, calls.at(-1)!];
  let agreeing = 0;
  for (const { id } of asked) {
    const response = await fetch(`${gatewayUrl}/v1/receipts/${id}/attribution`);
    const { status, records } = (await response.json()) as Attribution;
    const expected = explained.find(({ receiptHash }) => receiptHash === id)?.records;
    if (status !== "attributed" || records === undefined || expected === undefined) continue;
    const told = records.map(({ list, ...record }) => lineOf({ ...record, harmful: list === "harmful" }));
    const hasContributors = records.every(({ contributor }) => /^0x[0-9a-fA-F]{40}$/.test(contributor));
    if (hasContributors && told.sort().join() === expected.map(lineOf).sort().join()) agreeing++;
  }
  checks.add(
    "the gateway tells who shaped an answer, opened from the roots on chain",
    agreeing === asked.length,
    `${agreeing} of ${asked.length} calls, as the epoch's bundle has them`,
  );
}

function lineOf({ place, harmful, s, w, points }: Omit<ExplainedRecord, "paid">): string {
  return [place, harmful, s, w, points].join(" ");
}

// Leaves of the calls that are to be made those whose deposits can be paid, after the allowance that they need.
import type { Address } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import type { Report } from "./report.ts";
import { tokens } from "./report.ts";
import { budgetFor, missingAllowance } from "./spending.ts";

/** The calls that can be made now: demands only once the allowance for their deposits is there. */
export async function payableDuties(
  reader: Reader,
  contracts: WatchedLedger,
  owner: Address,
  duties: readonly Duty[],
  report: Report,
): Promise<Duty[]> {
  const demands = Map.groupBy(
    duties.filter(({ kind }) => kind === "demand"),
    ({ deposit }) => JSON.stringify(deposit),
  );
  const payable = duties.filter(({ kind }) => kind !== "demand");
  const affordable: Duty[] = [];
  let amount = 0n;
  for (const wanted of demands.values()) {
    const budget = await budgetFor(reader, contracts, owner, wanted[0]!.deposit!, wanted.length);
    if (budget.affordable < wanted.length)
      report.sayOnce(
        `${owner} holds ${tokens(budget.balance)} ${contracts.symbol}, enough for ${budget.affordable} of ${wanted.length} demands`,
      );
    affordable.push(...wanted.slice(0, budget.affordable));
    amount += budget.needed;
  }
  const allowance =
    amount === 0n ? undefined : await missingAllowance(reader, contracts.token, owner, contracts.demands, amount);
  return [...payable, ...(allowance === undefined ? affordable : [allowance])];
}

// Leaves of the calls that are to be made those whose deposits can be paid, after the allowance that they need.
import { GROUP, PAYOUT } from "@tributary/protocol/kinds";
import { type Address, erc20Abi } from "viem";
import type { Reader } from "../chain/chain-access.ts";
import { readDemandTerms } from "./demand-round.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import type { Report } from "./report.ts";
import { tokens } from "./report.ts";
import { affordable, missingAllowance, readMade, reserveOf } from "./spending.ts";

/**
 * The calls that can be made now: demands only once the allowance for their deposits is there. Demands of inputs leave what one proposal's demands take: whoever
 * commits inputs is paid for answering, and could else buy the time of a wrong proposal with the demander's own deposits.
 */
export async function payableDuties(
  reader: Reader,
  contracts: WatchedLedger,
  owner: Address,
  duties: readonly Duty[],
  report: Report,
): Promise<Duty[]> {
  report.inputs.withheld(contracts.ledger, 0);
  const payable = duties.filter(({ kind }) => kind !== "demand");
  const commits = Map.groupBy(
    duties.filter(({ kind }) => kind === "demand"),
    ({ deposit }) => JSON.stringify(deposit),
  );
  if (commits.size === 0) return payable;
  const [{ deposit }, balance] = await Promise.all([
    readDemandTerms(reader, contracts.demands),
    reader.readContract({ address: contracts.token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }),
  ]);
  const reserve = reserveOf(deposit);
  const paid: Duty[] = [];
  let amount = 0n;
  let withheld = 0;
  for (const wanted of [...commits.values()].sort(proposalsFirst)) {
    const isInput = !isOfProposal(wanted[0]!);
    const made = await readMade(reader, contracts, wanted[0]!.deposit!);
    const left = balance - amount - (isInput ? reserve : 0n);
    const { count, needed } = affordable(deposit, made, wanted.length, left);
    if (isInput) withheld += wanted.length - count;
    else if (count < wanted.length)
      report.sayOnce(
        `${owner} holds ${tokens(balance)} ${contracts.symbol}, enough for ${count} of ${wanted.length} demands`,
      );
    paid.push(...wanted.slice(0, count));
    amount += needed;
  }
  report.inputs.withheld(contracts.ledger, withheld);
  if (withheld > 0)
    report.sayOnce(
      `${owner} holds too few ${contracts.symbol} to demand inputs: ${tokens(reserve)} are kept for the demands of a proposal`,
    );
  const allowance =
    amount === 0n ? undefined : await missingAllowance(reader, contracts.token, owner, contracts.demands, amount);
  return [...payable, ...(allowance === undefined ? paid : [allowance])];
}

function isOfProposal({ deposit }: Duty): boolean {
  return deposit!.kind === GROUP.tag || deposit!.kind === PAYOUT.tag;
}

function proposalsFirst([a]: readonly Duty[], [b]: readonly Duty[]): number {
  return Number(isOfProposal(b!)) - Number(isOfProposal(a!));
}

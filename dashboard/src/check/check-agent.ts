// Checks how many calls of settlements name an agent: counted here over all receipts of each.
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { type ReceiptLeaf, receiptsOfAgent, verifyReceipts } from "@tributary/protocol/opened-receipts";
import { standingOf } from "@tributary/protocol/settlement-standing";
import type { Address } from "viem";
import type { CheckChain } from "./chain.ts";
import { wholeOf } from "./ids.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

/** What `/openings/settlement/:settlement/receipts` serves, as far as it is checked. */
export interface ServedReceipts {
  readonly receipts: readonly ReceiptLeaf[];
}

/** What the indexer counted in a settlement, as `/openings/agent/:registry/:agent` serves it. */
export interface StatedCalls {
  readonly settlement: string;
  readonly epoch: number;
  readonly modelVersion: string;
  readonly calls: number;
  readonly fees: string;
}

/** One of the newest calls, as it is listed there. */
export interface ListedCall {
  readonly receipt: string;
  readonly settlement: string;
  readonly amount: string;
  readonly issuedAt: number;
}

/** What is shown of an agent's calls. */
export interface StatedAgent {
  readonly settlements: readonly StatedCalls[];
  readonly newest: readonly ListedCall[];
}

export interface CheckedAgent {
  readonly calls: number;
  /** Base units. */
  readonly fees: bigint;
  /** Of how many receipts in all. */
  readonly receipts: number;
}

export const AGENT_CHECK: CheckKind = {
  status: "proven",
  attested: [
    {
      what: "that the calls were made, and by the agent that the receipts name",
      by: "the gateway, which asked the registry whether the payer is the agent's owner or wallet, and signed",
    },
  ],
  beyond: [
    { what: "that no other settlement has calls of it", by: "the receipts of all settlements, which are published" },
  ],
};

/**
 * @param registry and agent that are asked about
 * @param stated what is shown, which has to be what is counted
 * @param receiptsOf a settlement, as served
 */
export function checkAgent(
  chain: CheckChain,
  { registry, agent }: { readonly registry: Address; readonly agent: bigint },
  stated: StatedAgent,
  receiptsOf: (settlement: bigint) => Promise<ServedReceipts>,
  onStep?: TellStep,
): Promise<CheckResult<CheckedAgent>> {
  return runCheck(AGENT_CHECK, onStep, async (checks) => {
    const total = { calls: 0, fees: 0n, receipts: 0 };
    const { settlements } = stated;
    const isOnce =
      new Set(settlements.map(({ settlement }) => wholeOf(settlement, "settlement"))).size === settlements.length;
    checks.same(isOnce, true, "each settlement is counted once", "computed");
    const listed = new Map(stated.newest.map((call) => [call.receipt.toLowerCase(), call]));
    checks.same(listed.size, stated.newest.length, "each call is listed once", "computed");
    for (const { settlement: id, epoch, modelVersion, calls, fees } of settlements) {
      const settlement = wholeOf(id, "settlement");
      const { roots, epoch: finalEpoch } = await finalOf(chain, settlement, checks);
      const what = `settlement ${settlement}`;
      checks.same(BigInt(epoch), finalEpoch, `${what}: its epoch, as it is shown`, "chain");
      const receipts = verifyReceipts(roots.receipts, (await receiptsOf(settlement)).receipts, what, checks);
      const named = receiptsOfAgent(receipts, registry, agent);
      const paid = named.reduce((sum, { amount }) => sum + amount, 0n);
      const versions = new Set(named.map((receipt) => receipt.modelVersion));
      checks.same(modelVersion, [...versions].join(), `${what}: its model version, as it is shown`, "computed");
      checks.same(calls, named.length, `${what}: its calls of the agent, as they are shown`, "computed");
      checks.same(fees, String(paid), `${what}: what they paid, as it is shown`, "computed");
      for (const receipt of named) {
        const call = listed.get(receiptHash(receipt));
        if (call === undefined || wholeOf(call.settlement, "settlement") !== settlement) continue;
        listed.delete(receiptHash(receipt));
        checks.same(call.amount, String(receipt.amount), `${what}: what a listed call paid`, "computed");
        checks.same(call.issuedAt, receipt.issuedAt, `${what}: when a listed call was made`, "computed");
      }
      total.receipts += receipts.length;
      total.calls += named.length;
      total.fees += paid;
    }
    checks.same([...listed.keys()].join(), "", "listed calls that none of these settlements has", "computed");
    return total;
  });
}

async function finalOf({ reader, addresses }: CheckChain, settlement: bigint, checks: Checks) {
  const source = { reader, ledger: addresses.RoyaltyLedger, modelRegistry: addresses.ModelRegistry };
  const standing = await standingOf(source, settlement);
  const isFinal = standing.what === "final";
  const step = {
    what: `settlement ${settlement}: its epoch on the chain`,
    expected: "final",
    source: "chain",
  } as const;
  checks.step({ ...step, found: isFinal ? "final" : standing.reason, holds: isFinal });
  if (!isFinal) throw new Error(standing.reason);
  return standing;
}

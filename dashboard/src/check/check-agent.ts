// Checks how many calls of settlements name an agent: counted here over all receipts of each.
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
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
  readonly calls: number;
  readonly fees: string;
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
  stated: readonly StatedCalls[],
  receiptsOf: (settlement: bigint) => Promise<ServedReceipts>,
  onStep?: TellStep,
): Promise<CheckResult<CheckedAgent>> {
  return runCheck(AGENT_CHECK, onStep, async (checks) => {
    const total = { calls: 0, fees: 0n, receipts: 0 };
    const settlements = new Set(stated.map(({ settlement }) => settlement));
    checks.same(settlements.size, stated.length, "each settlement is counted once", "computed");
    for (const { settlement: id, calls, fees } of stated) {
      const settlement = wholeOf(id, "settlement");
      const root = await receiptsRoot(chain, settlement, checks);
      const what = `settlement ${settlement}`;
      const receipts = verifyReceipts(root, (await receiptsOf(settlement)).receipts, what, checks);
      const named = receiptsOfAgent(receipts, registry, agent);
      const paid = named.reduce((sum, { amount }) => sum + amount, 0n);
      checks.same(calls, named.length, `${what}: its calls of the agent, as they are shown`, "computed");
      checks.same(fees, String(paid), `${what}: what they paid, as it is shown`, "computed");
      total.receipts += receipts.length;
      total.calls += named.length;
      total.fees += paid;
    }
    return total;
  });
}

async function receiptsRoot({ reader, addresses }: CheckChain, settlement: bigint, checks: Checks) {
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
  return standing.roots.receipts;
}

// Checks an answer: everything that leads from its receipt to who was paid for it, opened from roots that the browser reads from the chain.
import { type AttributedCall, type OpenedCall, verifyOpenedCall } from "@tributary/protocol/attribution-opening";
import type { TellStep } from "@tributary/protocol/check-steps";
import { checkEarners } from "@tributary/protocol/earners";
import { partOf } from "@tributary/protocol/split";
import { standingOf } from "@tributary/protocol/settlement-standing";
import type { Hex } from "viem";
import type { CheckChain } from "./chain.ts";
import { type DividedFee, dividedFee, type FeePart } from "./fee-split.ts";
import { wholeOf } from "./ids.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

/** What `/openings/call/:receiptId` serves, as far as it is checked. */
export interface ServedCall {
  readonly settlement: string | number;
  readonly epoch: string | number;
  readonly proposal: string | number;
  readonly opened: OpenedCall;
}

export interface CheckedAnswer {
  readonly settlement: bigint;
  readonly epoch: bigint;
  readonly proposal: number;
  readonly call: AttributedCall;
  /** How the settlement's fee was divided, and this call's shares of that by its price; they differ from the price by rounding only. */
  readonly divided: DividedFee;
  readonly shares: readonly FeePart[];
}

export const ANSWER_CHECK: CheckKind = {
  status: "proven",
  attested: [
    {
      what: "that the sketches of the call and of the records are their true gradients",
      by: "attributors with stake, who signed the call's, and the model's owner, who committed the records'; each can be disputed, and a vote decides",
    },
    { what: "that the call was made as the receipt says", by: "the gateway, which signed the receipt" },
    { what: "the quality of the contributions", by: "votes of validators with stake, where somebody objected" },
  ],
  beyond: [
    {
      what: "that no other record belongs on the lists",
      by: "the whole index, which the command tributary audit searches again; one omitted record is a fault proof",
    },
    {
      what: "what the epoch's other calls brought these records",
      by: "the whole bundle, which the command tributary audit rebuilds; one wrong number is a fault proof",
    },
  ],
};

/** @param id of the receipt that is asked about, whatever is served */
export function checkAnswer(
  chain: CheckChain,
  id: Hex,
  served: ServedCall,
  onStep?: TellStep,
): Promise<CheckResult<CheckedAnswer>> {
  return runCheck(ANSWER_CHECK, onStep, async (checks) => {
    const { reader, addresses } = chain;
    const settlement = wholeOf(served.settlement, "settlement");
    const source = { reader, ledger: addresses.RoyaltyLedger, modelRegistry: addresses.ModelRegistry };
    const standing = await standingOf(source, settlement);
    if (standing.what !== "final") {
      const step = { what: "the settlement's epoch on the chain", expected: "final", source: "chain" } as const;
      checks.step({ ...step, found: standing.reason, holds: false });
      throw new Error(standing.reason);
    }
    const { epoch, proposal, roots } = standing;
    checks.same(wholeOf(served.epoch, "epoch"), epoch, "the settlement's epoch, which is final", "chain");
    checks.same(wholeOf(served.proposal, "proposal"), BigInt(proposal), "the proposal that is final", "chain");
    const call = verifyOpenedCall(served.opened, id.toLowerCase() as Hex, roots, (step) => checks.step(step));
    await checkEarners(chain, call, epoch, checks);
    const divided = await dividedFee(chain, settlement, checks);
    return { settlement, epoch, proposal, call, divided, shares: sharesOf(call, divided) };
  });
}

/** Each part of the settlement's fee split over its receipts by their amounts (docs/formats.md §6.1). */
function sharesOf({ receipt, prefix }: AttributedCall, { fee, parts }: DividedFee): FeePart[] {
  return parts.map((part) => ({ ...part, amount: partOf(part.amount, prefix, receipt.amount, fee) }));
}

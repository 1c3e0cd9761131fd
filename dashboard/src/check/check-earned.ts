// Checks what a position earned in one epoch: its payout after it, before it, and the difference.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { PAYOUT } from "@tributary/protocol/kinds";
import { leafIn, type LeafJson, type RootHex, treeAt, verifyPresence } from "@tributary/protocol/opened-leaf";
import { decodePayout } from "@tributary/protocol/payloads/payout";
import { finalProposalOf } from "@tributary/protocol/settlement-standing";
import type { CheckChain } from "./chain.ts";
import { POSITION_CHECK } from "./check-position.ts";
import { wholeOf } from "./ids.ts";
import { NotKept } from "./not-served.ts";
import { type CheckResult, runCheck } from "./result.ts";

/** What `/openings/position/:position/epoch/:epoch` serves, as far as it is checked. */
export interface ServedEarned {
  /** After the epoch; without payload where its opening shows that the position had none. */
  readonly after: LeafJson;
  /** After the epoch that was final before it; `null` where there was none, `not_kept` where the indexer has no bundle of it any more. */
  readonly before: { readonly epoch: string | number; readonly leaf: LeafJson } | null | "not_kept";
  /** What the indexer says that it earned in the epoch, and ever, base units: shown, so it has to be what is opened. */
  readonly earned: string;
  readonly cumulative: string;
}

/** Base units. */
export interface Earned {
  readonly position: bigint;
  readonly epoch: bigint;
  readonly before: bigint;
  readonly earned: bigint;
  readonly cumulative: bigint;
}

/** What is asked about, whatever is served. */
export interface AskedEarnings {
  readonly position: bigint;
  readonly epoch: bigint;
  /** Where it is shown as what a contribution earned: that the position is the one which earns for it is then a step. */
  readonly contribution?: bigint;
}

/**
 * @throws NotKept where nothing that was served is wrong, and the payouts before the epoch were not
 */
export function checkEarned(
  chain: CheckChain,
  { position, epoch, contribution }: AskedEarnings,
  served: ServedEarned,
  onStep?: TellStep,
): Promise<CheckResult<Earned>> {
  return runCheck(POSITION_CHECK, onStep, async (checks) => {
    const { reader, addresses } = chain;
    if (contribution !== undefined) {
      const datanets = { address: addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
      const earner = await reader.readContract({ ...datanets, functionName: "positionOf", args: [contribution] });
      checks.same(position, earner, `the position that earns for contribution ${contribution}`, "chain");
    }
    const after = await payoutsOf(chain, epoch, checks);
    const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const pools = await reader.readContract({ ...ledger, functionName: "epochPools", args: [epoch] });
    if (served.before === "not_kept") {
      // Only what claims too little to be refuted gets as far as this: the chain has payouts before the epoch, and what is shown is what it opens to.
      checks.step({
        ...{ what: "the chain's payouts before the epoch", expected: "some", source: "chain" },
        ...{ found: String(after.sum - pools), holds: after.sum > pools },
      });
      checkShown(served, payoutIn(after, served.after, position, "payout after the epoch", checks), checks);
      throw new NotKept(
        `the indexer has the payouts after epoch ${epoch}, which the chain's root opens to what is shown, and no bundle of those before it, by which it could be held against what the position had: ask an indexer that has them, or give this one their bundle`,
      );
    }
    const earlier = served.before === null ? undefined : wholeOf(served.before.epoch, "before.epoch");
    const rootBefore = earlier === undefined ? undefined : await payoutsOf(chain, earlier, checks);
    // The ledger takes no other sum: so the payouts before are those that this epoch built on.
    checks.same((rootBefore?.sum ?? 0n) + pools, after.sum, "payouts before the epoch and its pools together", "chain");
    const opened = payoutIn(after, served.after, position, "payout after the epoch", checks);
    const { cumulative, earned } = opened;
    const before =
      rootBefore === undefined
        ? 0n
        : payoutIn(rootBefore, served.before!.leaf, position, "payout before the epoch", checks).cumulative;
    checks.same(cumulative, before + earned, "the payout before and what was earned together", "computed");
    checkShown(served, opened, checks);
    return { position, epoch, before, earned, cumulative };
  });
}

function checkShown(served: ServedEarned, opened: Pick<Earned, "earned" | "cumulative">, checks: Checks): void {
  checks.same(served.earned, String(opened.earned), "what it earned in the epoch, as it is shown", "computed");
  checks.same(served.cumulative, String(opened.cumulative), "what it earned ever, as the indexer says", "computed");
}

async function payoutsOf({ reader, addresses }: CheckChain, epoch: bigint, checks: Checks): Promise<RootHex> {
  const final = await finalProposalOf({ reader, ledger: addresses.RoyaltyLedger }, epoch);
  const found = final === undefined ? "no proposal that is final" : "final";
  const what = `epoch ${epoch} on the chain`;
  checks.step({ what, expected: "final", found, holds: final !== undefined, source: "chain" });
  return final!.payouts;
}

function payoutIn(root: RootHex, json: LeafJson, position: bigint, what: string, checks: Checks) {
  checks.same(BigInt(json.key), position, `${what}: the position's place`, "viewer");
  if (json.payload !== "0x") {
    const { sum, payload } = leafIn(treeAt(PAYOUT, root), json, what, checks);
    return { cumulative: sum, earned: decodePayout(payload).earnings.sum };
  }
  verifyPresence(PAYOUT, root, json, what);
  checks.same(json.sum, "0", `${what}: its opening leads to an empty place of the payouts root`, "chain");
  return { cumulative: 0n, earned: 0n };
}

// Checks what a position earned by attribution and may claim: its payout leaf, opened from the last final root on chain.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import { encodeNode, isAbsent } from "@tributary/protocol/node";
import { leafIn, type LeafJson, type RootHex, treeAt, verifyPresence } from "@tributary/protocol/opened-leaf";
import { type Address, type Hex, zeroHash } from "viem";
import type { CheckChain } from "./chain.ts";
import { wholeOf } from "./ids.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

/** What `/openings/claim/:position` serves, as far as it is checked. */
export interface ServedClaim {
  /** The position's payout; without payload where its opening shows that it has none, `null` before the first payouts. */
  readonly leaf: LeafJson | null;
  /** What a claim takes. */
  readonly claim: {
    readonly position: string | number;
    readonly cumulative: string;
    readonly payloadHash: Hex;
    readonly opening: Hex;
  };
}

/** What the chain keeps of a position beside the payouts: a claim, income or a transfer changes it at any moment. Base units. */
export interface PositionBooks {
  readonly owner: Address;
  /** Claimed so far of what was attributed. */
  readonly claimed: bigint;
  /** Direct income that a claim pays too. */
  readonly accrued: bigint;
}

/** Base units. */
export interface Claimable extends PositionBooks {
  readonly position: bigint;
  /** Ever attributed, and what is left of it. */
  readonly cumulative: bigint;
  readonly attributed: bigint;
}

export const POSITION_CHECK: CheckKind = {
  status: "proven",
  attested: [
    {
      what: "that the sketches behind the attribution are true gradients",
      by: "attributors with stake; each sketch can be disputed",
    },
  ],
  beyond: [
    {
      what: "that the payouts root is the right one for its epochs",
      by: "the challenge window, in which a proof of one wrong number ends a proposal; the command tributary audit rebuilds an epoch",
    },
  ],
};

export async function readBooks({ reader, addresses }: CheckChain, position: bigint): Promise<PositionBooks> {
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const vault = { address: addresses.RoyaltyVault, abi: royaltyVaultAbi } as const;
  const positions = { address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi } as const;
  const [claimed, accrued, owner] = await Promise.all([
    reader.readContract({ ...vault, functionName: "claimedOf", args: [position] }),
    reader.readContract({ ...ledger, functionName: "accruedOf", args: [position] }),
    reader.readContract({ ...positions, functionName: "ownerOf", args: [position] }),
  ]);
  return { owner, claimed, accrued };
}

/** Whether the chain's books are still those that a check found. */
export function areBooksOf(found: PositionBooks, now: PositionBooks): boolean {
  return found.owner === now.owner && found.claimed === now.claimed && found.accrued === now.accrued;
}

/** @param position that is asked about, whatever is served */
export function checkPosition(
  chain: CheckChain,
  position: bigint,
  served: ServedClaim,
  onStep?: TellStep,
): Promise<CheckResult<Claimable>> {
  return runCheck(POSITION_CHECK, onStep, async (checks) => {
    const { reader, addresses } = chain;
    const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const vault = { address: addresses.RoyaltyVault, abi: royaltyVaultAbi } as const;
    const [root, commitment, { claimed, accrued, owner }] = await Promise.all([
      reader.readContract({ ...ledger, functionName: "payoutsRoot" }),
      reader.readContract({ ...vault, functionName: "payoutsCommitment" }),
      readBooks(chain, position),
    ]);
    const node = { hash: hexToBytes(root.hash), sum: root.sum };
    // The vault keeps nothing before the first payouts.
    const kept = isAbsent(node) ? zeroHash : bytesToHex(keccak256(encodeNode(node)));
    checks.same(commitment, kept, "the root that the vault pays by: the ledger's last final one", "chain");
    const cumulative = checkPayout(served, position, root, checks);
    checks.step({
      what: "no more was claimed than was attributed",
      expected: `at most ${cumulative}`,
      found: String(claimed),
      holds: claimed <= cumulative,
      source: "opening",
    });
    return { position, owner, cumulative, claimed, attributed: cumulative - claimed, accrued };
  });
}

/** What was ever attributed to the position, by its leaf; and that the claim is made of it. */
function checkPayout({ leaf, claim }: ServedClaim, position: bigint, root: RootHex, checks: Checks): bigint {
  checks.same(wholeOf(claim.position, "position"), position, "the position of the claim", "viewer");
  if (leaf === null) {
    checks.same(root.hash, zeroHash, "the payouts root: none before the first final epoch", "chain");
    return checkClaim(claim, NOTHING, checks);
  }
  checks.same(BigInt(leaf.key), position, "the position's place in the payouts", "viewer");
  const what = "the position's payout";
  if (leaf.payload !== "0x") {
    const { sum, payload } = leafIn(treeAt(PAYOUT, root), leaf, what, checks);
    const payloadHash = bytesToHex(keccak256(payload));
    return checkClaim(claim, { cumulative: sum, payloadHash, opening: leaf.opening }, checks);
  }
  verifyPresence(PAYOUT, root, leaf, what);
  checks.same(leaf.sum, "0", `${what}: its opening leads to an empty place of the payouts root`, "chain");
  return checkClaim(claim, NOTHING, checks);
}

const NOTHING = { cumulative: 0n, payloadHash: zeroHash, opening: "0x" } as const;

function checkClaim(
  claim: ServedClaim["claim"],
  expected: { cumulative: bigint; payloadHash: Hex; opening: Hex },
  checks: Checks,
): bigint {
  checks.same(wholeOf(claim.cumulative, "cumulative"), expected.cumulative, "the amount of the claim", "opening");
  checks.same(claim.payloadHash, expected.payloadHash, "the payload's hash in the claim", "opening");
  checks.same(claim.opening, expected.opening, "the opening in the claim", "opening");
  return expected.cumulative;
}

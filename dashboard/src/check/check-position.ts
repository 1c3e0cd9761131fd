// Checks what a position earned by attribution and may claim: its payout leaf, opened from the last final root on chain.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { bytesToHex, concatBytes, hexToBytes } from "@tributary/protocol/bytes";
import type { TellStep } from "@tributary/protocol/check-steps";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import { encodeNode } from "@tributary/protocol/node";
import { verifyLeafHash } from "@tributary/protocol/opening";
import type { Address, Hex } from "viem";
import type { CheckChain } from "./chain.ts";
import { wholeOf } from "./ids.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

/** What a claim takes, as `/openings/claim/:positionId` serves it. */
export interface ServedClaim {
  readonly positionId: string | number;
  readonly cumulative: string;
  readonly payloadHash: Hex;
  readonly opening: Hex;
}

/** Base units. */
export interface Claimable {
  readonly position: bigint;
  readonly owner: Address;
  /** Ever attributed, claimed of it so far, and the rest. */
  readonly cumulative: bigint;
  readonly claimed: bigint;
  readonly attributed: bigint;
  /** Direct income that the same claim pays. */
  readonly accrued: bigint;
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
      by: "the challenge window, in which a proof of one wrong number ends a proposal; `tributary audit <epoch>` rebuilds it",
    },
  ],
};

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
    const [root, commitment, claimed, accrued, owner] = await Promise.all([
      reader.readContract({ ...ledger, functionName: "payoutsRoot" }),
      reader.readContract({ ...vault, functionName: "payoutsCommitment" }),
      reader.readContract({ ...vault, functionName: "claimedOf", args: [position] }),
      reader.readContract({ ...ledger, functionName: "accruedOf", args: [position] }),
      reader.readContract({
        address: addresses.RoyaltyPositions,
        abi: royaltyPositionsAbi,
        functionName: "ownerOf",
        args: [position],
      }),
    ]);
    const node = { hash: hexToBytes(root.hash), sum: root.sum };
    const kept = bytesToHex(keccak256(concatBytes(encodeNode(node))));
    checks.same(commitment, kept, "the root that the vault pays by: the ledger's last final one", "chain");
    checks.same(wholeOf(served.positionId, "positionId"), position, "the position", "viewer");
    const cumulative = wholeOf(served.cumulative, "cumulative");
    const verdict = verifyLeafHash(
      { ...node, depth: PAYOUT.depth },
      Number(position),
      cumulative,
      hexToBytes(served.payloadHash),
      hexToBytes(served.opening),
    );
    checks.step({
      what: "the position's payout: its opening leads to the payouts root",
      expected: root.hash,
      found: verdict.valid ? root.hash : verdict.reason,
      holds: verdict.valid,
      source: "chain",
    });
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

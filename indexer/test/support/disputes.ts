// Contributions that are disputed: by proofs of duplicates, and by objections that validators vote on.
import { keccak256, stringToBytes } from "viem";
import type { HDAccount } from "viem/accounts";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { reviewVoteHash, VERDICTS, type Verdict } from "@tributary/protocol/typed-data/review-vote";
import { alice, bob, carol, dora, erin } from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import { contentOf, contribute } from "../../../deploy/testing/contribute.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { DORAS_POOL, ERINS_POOL } from "./scenario.ts";
import { send, wait } from "../../../deploy/testing/send.ts";

const DATANET = 1n;
const DATA = 0;
const SALT = keccak256(stringToBytes("salt"));
const REASON = keccak256(stringToBytes("reason"));

/** It has one of its own records twice. */
const REPEATING = 5n;
/** Found negligent, in both rounds. */
const NEGLIGENT = 6n;
/** Repeats a record of the negligent one; objected to, and kept as nobody votes. */
const REPEATED = 7n;

/**
 * The life of contributions 5, 6 and 7, to the first datanet.
 * @param windowSeconds In which they can be objected to.
 */
export async function dispute(chain: Chain, protocol: Protocol, windowSeconds: number): Promise<void> {
  const { ContributionReview: review } = protocol.addresses;
  const abi = contributionReviewAbi;
  const parameters = await chain.client.readContract({ address: review, abi, functionName: "parameters" });
  const { commitSeconds, revealSeconds, appealSeconds } = parameters;
  const contents = [
    [carol, contentOf(["one", "two", "one"])],
    [carol, contentOf(["three", "four"])],
    [bob, contentOf(["four"])],
  ] as const;
  for (const [account, { root: contentRoot }] of contents)
    await contribute(chain, protocol, { account, datanetId: DATANET, kind: DATA, contentRoot });
  const [[, repeating], [, negligent], [, repeated]] = contents;

  const own = [REPEATING, 2n, REPEATING, 0n, repeating.hash(0), repeating.open(2), repeating.open(0)] as const;
  await send(chain, dora, review, abi, "proveDuplicate", own);
  const other = [REPEATED, 0n, NEGLIGENT, 1n, repeated.hash(0), repeated.open(0), negligent.open(1)] as const;
  await send(chain, dora, review, abi, "proveDuplicate", other);

  /** All commit, and the first one reveals. */
  const vote = async (roundId: bigint, voters: readonly (readonly [HDAccount, bigint, Verdict])[]): Promise<void> => {
    const chainId = BigInt(await chain.client.getChainId());
    for (const [operator, pool, verdict] of voters) {
      const ballot = { chainId, review, roundId, voter: operator.address, verdict, salt: SALT };
      await send(chain, operator, review, abi, "commitVote", [roundId, pool, reviewVoteHash(ballot)]);
    }
    await wait(chain, commitSeconds);
    const [, pool, verdict] = voters[0]!;
    await send(chain, carol, review, abi, "revealVote", [roundId, pool, VERDICTS.indexOf(verdict), SALT]);
    await wait(chain, revealSeconds);
  };
  await send(chain, alice, review, abi, "object", [NEGLIGENT, VERDICTS.indexOf("mistake"), REASON, "ipfs:reason"]);
  await vote(1n, [
    [dora, DORAS_POOL, "negligence"],
    [erin, ERINS_POOL, "keep"],
  ]);
  await send(chain, alice, review, abi, "slashUnrevealed", [1n, ERINS_POOL]);
  await send(chain, carol, review, abi, "appeal", [NEGLIGENT]);
  await vote(2n, [[dora, DORAS_POOL, "negligence"]]);
  await send(chain, alice, review, abi, "object", [REPEATED, VERDICTS.indexOf("malice"), REASON, "ipfs:reason"]);

  // No review ends before the contribution's window.
  await wait(chain, windowSeconds + commitSeconds + revealSeconds + appealSeconds);
  await send(chain, bob, review, abi, "settleDuplicate", [REPEATING, REPEATING]);
  for (const contribution of [NEGLIGENT, REPEATED]) await send(chain, bob, review, abi, "resolve", [contribution]);
  await send(chain, bob, review, abi, "settleDuplicate", [REPEATED, NEGLIGENT]);
}

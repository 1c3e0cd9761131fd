// The check of what a position earned in an epoch, from the payouts after and before it.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { type Abi, zeroAddress, zeroHash } from "viem";
import { checkEarned, type ServedEarned } from "./check-earned.ts";
import { NotKept } from "./not-served.ts";
import { changesOf, withoutEach } from "./testing/changes.ts";
import { ADDRESSES, toldChain } from "./testing/told-chain.ts";

const FINALIZED = 2;

describe("the check of what a position earned in an epoch", () => {
  const { payouts, previous, pools } = vectorEpoch();

  function chainWith({ after = payouts.root, before = previous.root, added = pools } = {}) {
    const none = { hash: zeroHash, sum: 0n };
    const held = { proposer: zeroAddress, proposedAt: 1, finalizableAt: 2, bond: 0n, bundleHash: zeroHash };
    return toldChain({
      [ADDRESSES.RoyaltyLedger]: {
        abi: royaltyLedgerAbi as Abi,
        answers: {
          proposalCount: (epoch: bigint) => (epoch === 4n || epoch === 2n ? 1 : 0),
          proposalOf: (epoch: bigint) => {
            return { ...held, status: FINALIZED, groups: none, payouts: epoch === 4n ? after : before };
          },
          epochPools: () => added,
        },
      },
      [ADDRESSES.DatanetRegistry]: {
        abi: datanetRegistryAbi as Abi,
        answers: { positionOf: (contribution: bigint) => (contribution === 1n ? 4n : 9n) },
      },
    });
  }

  const served: ServedEarned = {
    ...{ after: payouts.leaf(4), before: { epoch: 2, leaf: previous.leaf(4) } },
    ...{ earned: "158491", cumulative: "1158491" },
  };

  it("proves the difference of both payouts, also of a position that had none before", async () => {
    const { status, found } = await checkEarned(chainWith(), { position: 4n, epoch: 4n }, served);
    expect(status).to.equal("proven");
    expect(found).to.include({ before: 1_000_000n, earned: 158_491n, cumulative: 1_158_491n });
    const absent = { key: 9, sum: "0", payload: "0x", opening: previous.absence(9) } as const;
    const first = await checkEarned(
      chainWith(),
      { position: 9n, epoch: 4n },
      {
        ...{ after: payouts.leaf(9), before: { epoch: 2, leaf: absent } },
        ...{ earned: payouts.leaf(9).sum, cumulative: payouts.leaf(9).sum },
      },
    );
    expect(first.status).to.equal("proven");
    expect(first.found!.earned).to.equal(first.found!.cumulative);
  });

  it("refuses what a position earned that is not the contribution's on whose page it is shown", async () => {
    const asked = { position: 4n, epoch: 4n };
    expect((await checkEarned(chainWith(), { ...asked, contribution: 1n }, served)).status).to.equal("proven");
    const { status, steps } = await checkEarned(chainWith(), { ...asked, contribution: 2n }, served);
    expect(status).to.equal("refused");
    expect(steps.at(-1)).to.deep.include({ what: "the position that earns for contribution 2", expected: "9" });
  });

  it("shows nothing, and says what to do, where the indexer has not kept the payouts before the epoch", async () => {
    const failure: unknown = await checkEarned(
      chainWith(),
      { position: 4n, epoch: 4n },
      { ...served, before: "not_kept" },
    ).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(NotKept);
    expect((failure as Error).message).to.include("ask an indexer that has them");
  });

  it("refuses every change, another position or epoch, and payouts that the epoch did not build on", async () => {
    const refused = async (changed: unknown, why: string, chain = chainWith(), position = 4n, epoch = 4n) => {
      const { status } = await checkEarned(chain, { position, epoch }, changed as ServedEarned);
      expect(status, why).to.equal("refused");
    };
    for (const [path, changed] of changesOf(served)) await refused(changed, path);
    for (const [path, changed] of withoutEach(served)) await refused(changed, path);
    await refused(served, "position", undefined, 3n);
    await refused(served, "epoch", undefined, 4n, 3n);
    await refused({ ...served, earned: "999000000000000000000" }, "more than it earned, as it is shown");
    await refused({ ...served, before: null }, "nothing before");
    await refused({ ...served, before: "not_kept", earned: "158492" }, "more than it earned, without what it had");
    await refused({ ...served, before: "not_kept", cumulative: "1" }, "less than it ever earned, without what it had");
    await refused({ ...served, before: "not_kept" }, "none kept of none", chainWith({ added: payouts.root.sum }));
    await refused(served, "another sum before", chainWith({ added: pools + 1n }));
    await refused(served, "another root", chainWith({ after: { ...payouts.root, hash: zeroHash } }));
  });
});

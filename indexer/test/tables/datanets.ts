// Datanets, contributions and their reviews, compared with the chain.
import { expect } from "chai";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { VERDICTS } from "@tributary/protocol/typed-data/review-vote";
import { alice, carol, curator, dora } from "../../../deploy/testing/accounts.ts";
import { asRow, lower, type Suite } from "./suite.ts";

export function datanetTables(suite: () => Suite): void {
  it("have the datanets with their terms and totals", async () => {
    const { chain, rows, contract } = suite();
    const [first, second] = await rows(
      "datanets",
      `id owner curatorPositionId bondPerRecord licenceFee reviewWindowSeconds leastDataShareBps curatorCutBps mistakeBps
       negligenceBps maliceBps allowedUses uri contributionCount acceptedContributions acceptedRecords withdrawnContributions withdrawnRecords bondsHeld
       licenceIncome uncollectedLicenceIncome`,
    );
    const registry = { address: contract("DatanetRegistry"), abi: datanetRegistryAbi } as const;
    const terms = await chain.client.readContract({ ...registry, functionName: "termsOf", args: [1n] });
    expect(first).to.deep.include({
      ...asRow(terms),
      reviewWindowSeconds: String(terms.reviewWindowSeconds),
      allowedUses: String(terms.allowedUses),
      owner: lower(curator.address),
      curatorPositionId: "2",
      uri: "npm:speeches",
      contributionCount: "5",
      acceptedContributions: "2",
      acceptedRecords: "5",
      withdrawnContributions: "1",
      withdrawnRecords: "2",
      bondsHeld: "11",
    });
    expect(second).to.deep.include({
      contributionCount: "2",
      acceptedRecords: "1",
      withdrawnRecords: "0",
      bondsHeld: "55",
    });
    for (const { id, acceptedRecords, withdrawnRecords } of [first!, second!]) {
      const args = [BigInt(id as string)] as const;
      const licensed = await chain.client.readContract({ ...registry, functionName: "licensedRecordsOf", args });
      expect(BigInt(acceptedRecords as string) - BigInt(withdrawnRecords as string)).to.equal(licensed);
    }

    const uncollected =
      BigInt(first!["uncollectedLicenceIncome"] as string) + BigInt(second!["uncollectedLicenceIncome"] as string);
    const owed = await chain.client.readContract({ ...registry, functionName: "owed" });
    expect(owed).to.equal(uncollected + 55n + 11n);
  });

  it("have the contributions with their status", async () => {
    const { chain, rows, contract } = suite();
    const found = await rows(
      "contributions",
      `id datanetId contributor kind status reason positionId recordCount bond contentHash licence place recordsBefore
       contributedAt reviewEndsAt acceptedAt rejectedAt withdrawnAt bondReturnedAt returned slashed reward rewardTo collectedLicenceIncome`,
    );
    expect(
      found.map(({ id, kind, status, reason, positionId, place, recordsBefore }) => [
        id,
        kind,
        status,
        reason,
        positionId,
        place,
        recordsBefore,
      ]),
    ).to.deep.equal([
      ["1", "data", "accepted", "review_passed", "4", "0", "0"],
      ["2", "data", "accepted", "review_passed", "5", "1", "3"],
      ["3", "feedback", "accepted", "review_passed", "6", "0", "0"],
      ["4", "data", "pending", "in_review", null, null, null],
      ["5", "data", "rejected", "duplicate", null, null, null],
      ["6", "data", "rejected", "verdict", null, null, null],
      ["7", "data", "pending", "in_review", null, null, null],
    ]);
    for (const row of found) {
      const registry = { address: contract("DatanetRegistry"), abi: datanetRegistryAbi } as const;
      const args = [BigInt(row["id"] as string)] as const;
      const onChain = await chain.client.readContract({ ...registry, functionName: "contributionOf", args });
      const withdrawnAt = await chain.client.readContract({ ...registry, functionName: "withdrawnAt", args });
      expect(row).to.deep.include({
        datanetId: String(onChain.datanet),
        contributor: lower(onChain.contributor),
        recordCount: String(onChain.recordCount),
        contentHash: onChain.contentHash,
        licence: onChain.licence,
        contributedAt: String(onChain.contributedAt),
        reviewEndsAt: String(onChain.contributedAt + 86_400),
        withdrawnAt: withdrawnAt === 0 ? null : String(withdrawnAt),
      });
    }
    expect(found.filter(({ withdrawnAt }) => withdrawnAt !== null).map(({ id }) => id)).to.deep.equal(["2"]);
    expect(found[1]!["collectedLicenceIncome"]).to.not.equal("0");
    expect(found[0]!["collectedLicenceIncome"]).to.not.equal("0");
    expect(found[0]!["bondReturnedAt"]).to.equal(found[0]!["acceptedAt"]);
    expect(found[3]!["bondReturnedAt"]).to.equal(null);
    for (const { status, bond, returned, slashed } of found) {
      const left = BigInt(bond as string) - BigInt(returned as string) - BigInt(slashed as string);
      expect(left, "only what is not settled is held").to.equal(status === "pending" ? BigInt(bond as string) : 0n);
    }
    // A twentieth of 33 units, and three tenths of 22, of which three tenths are the reward.
    expect(found[4]).to.deep.include({ slashed: "1", reward: "0", returned: "32", rewardTo: lower(dora.address) });
    expect(found[5]).to.deep.include({ slashed: "6", reward: "1", returned: "16", rewardTo: lower(alice.address) });
  });

  it("have the duplicates, objections and votes, and the review's bonds to the unit", async () => {
    const { chain, rows, contract } = suite();
    const review = { address: contract("ContributionReview"), abi: contributionReviewAbi } as const;
    const proofs = await rows("duplicateProofs", "contributionId earlierId prover dismissedAt", "contributionId");
    expect(
      proofs.map(({ contributionId, earlierId, dismissedAt }) => [contributionId, earlierId, dismissedAt !== null]),
    ).to.deep.equal([
      ["5", "5", false],
      ["7", "6", true],
    ]);
    const objections = await rows(
      "objections",
      "contributionId objector claimed bond roundId appellant appealBond appealRoundId verdict resolvedAt",
      "contributionId",
    );
    expect(objections.map(({ verdict }) => verdict)).to.deep.equal(["negligence", "keep"]);
    for (const row of objections) {
      const args = [BigInt(row["contributionId"] as string)] as const;
      const onChain = await chain.client.readContract({ ...review, functionName: "objectionOf", args });
      expect(row).to.deep.include({
        objector: lower(onChain.objector),
        claimed: VERDICTS[onChain.claimed],
        bond: String(onChain.bond),
        roundId: String(onChain.round),
        appealRoundId: onChain.appealRound === 0n ? null : String(onChain.appealRound),
        appellant: onChain.appealRound === 0n ? null : lower(onChain.appellant),
        appealBond: onChain.appealRound === 0n ? null : String(2n * onChain.bond),
      });
    }
    const rounds = await rows(
      "reviewRounds",
      "id contributionId electorateId snapshot stake commitUntil revealUntil keep mistake negligence malice",
    );
    expect(rounds.map(({ contributionId, electorateId }) => [contributionId, electorateId])).to.deep.equal([
      ["6", "1"],
      ["6", null],
      ["7", "1"],
    ]);
    for (const row of rounds) {
      const args = [BigInt(row["id"] as string)] as const;
      const round = await chain.client.readContract({ ...review, functionName: "roundOf", args });
      expect(row).to.deep.include({
        snapshot: String(round.snapshot),
        stake: String(round.stake),
        commitUntil: String(round.commitUntil),
        revealUntil: String(round.revealUntil),
        ...Object.fromEntries(VERDICTS.map((verdict, place) => [verdict, String(round.revealed[place])])),
      });
    }
    const votes = await rows("reviewVotes", "roundId poolId verdict weight slashed", "createdBlock");
    expect(votes.map(({ roundId, poolId, verdict }) => [roundId, poolId, verdict])).to.deep.equal([
      ["1", "1", "negligence"],
      ["1", "2", null],
      ["2", "1", "negligence"],
    ]);
    expect(votes.map(({ slashed }) => slashed !== null)).to.deep.equal([false, true, false]);
    // The appeal's bond was slashed; the objection that nobody answered lost a share.
    const slashes = await rows("bondSlashs", "contributionId from rewardTo slashed reward", "block");
    expect(slashes.map(({ from, rewardTo }) => [from, rewardTo])).to.deep.equal([
      [lower(carol.address), lower(alice.address)],
      [lower(alice.address), null],
    ]);
    const [book] = await rows("reviewBooks", "id owed burned");
    const owed = await chain.client.readContract({ ...review, functionName: "owed" });
    const burned = slashes.reduce(
      (sum, { slashed, reward }) => sum + BigInt(slashed as string) - BigInt(reward as string),
      0n,
    );
    expect(book).to.deep.equal({
      id: lower(contract("ContributionReview")),
      owed: String(owed),
      burned: String(burned),
    });
  });
}

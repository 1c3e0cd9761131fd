// What the tables must say after the courts have had their say, from the chain where it still tells.
import { expect } from "chai";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { alice, attributors, carol, dora, erin, gateway } from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { rowsOf, sumOf } from "./rows.ts";

export async function expectCourts(chain: Chain, { addresses }: Protocol, graphqlUrl: string): Promise<void> {
  const { client } = chain;
  const rows = rowsOf.bind(undefined, graphqlUrl);
  const lower = ({ address }: { address: string }) => address.toLowerCase();
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;

  const ENDED = "status endedBy endedAt reward burned rewardTo rewardHeldUntil rewardPaidAt bond";
  const indexes = await rows("indexCommits", `versionId sub rootHash usableAt ${ENDED}`, "committedAt");
  const contested = indexes.filter(({ versionId }) => versionId === "3");
  expect(contested.map(({ sub, status, endedBy, rewardTo }) => [sub, status, endedBy, rewardTo])).to.deep.equal([
    [0, "ended", "unanswered_demand", lower(carol)],
    // Who proved it first had not reserved the proof.
    [1, "ended", "fault_proof", lower(dora)],
    [2, "committed", null, null],
  ]);
  for (const { reward, burned, bond } of contested.slice(0, 2))
    expect(BigInt(reward as string) + BigInt(burned as string)).to.equal(BigInt(bond as string));
  expect(contested[1]!["rewardHeldUntil"]).to.not.equal(null);
  expect(Number(contested[1]!["rewardPaidAt"])).to.be.at.least(Number(contested[1]!["endedAt"]));
  const versions = await rows("modelVersions", "id indexCount standingIndex datanetIds");
  expect(versions.find(({ id }) => id === "3")).to.deep.equal({
    id: "3",
    indexCount: 3,
    standingIndex: 2,
    datanetIds: ["1", "2"],
  });
  const registry = { address: addresses.ModelRegistry, abi: modelRegistryAbi } as const;
  const standing = await client.readContract({ ...registry, functionName: "indexOf", args: [3n] });
  expect(contested[2]).to.deep.include({ rootHash: standing.hash, usableAt: String(standing.usableAt) });

  const sketches = await rows("sketchCommits", "settlementId sub status endedBy committedAt readyAt", "committedAt");
  const ofFourth = sketches.filter(({ settlementId }) => settlementId === "4");
  expect(ofFourth.map(({ sub, status, endedBy }) => [sub, status, endedBy])).to.deep.equal([
    [0, "ended", "unanswered_demand"],
    [1, "ended", "fault_proof"],
    [2, "ended", "dispute"],
  ]);
  const waited = ofFourth.map(({ committedAt, readyAt }) => Number(readyAt) - Number(committedAt));
  expect(waited[2], "it was held").to.be.greaterThan(waited[1]!);
  const settlements = await rows("settlements", "id status voidedBy sketchCommitCount readyAt epochId");
  expect(settlements.map(({ status }) => status)).to.deep.equal(["ready", "ready", "open", "voided", "open"]);
  expect(settlements[3]).to.deep.include({ voidedBy: "unanswered_demand", sketchCommitCount: 3, epochId: null });
  const chains = await client.readContract({ ...ledger, functionName: "settlementOf", args: [4n] });
  expect([chains.status, chains.commits]).to.deep.equal([5, 3]);

  const proposals = await rows("proposals", `proposal epochId finalizableAt ${ENDED}`, "proposal");
  expect(proposals.map(({ status, endedBy, rewardTo }) => [status, endedBy, rewardTo])).to.deep.equal([
    ["ended", "fault_proof", lower(alice)],
    ["ended", "unanswered_demand", lower(carol)],
    ["finalized", null, null],
    ["superseded", null, null],
  ]);
  for (const row of proposals) {
    const args = [BigInt(row["epochId"] as string), row["proposal"] as number] as const;
    const { finalizableAt } = await client.readContract({ ...ledger, functionName: "proposalOf", args });
    expect(row["finalizableAt"]).to.equal(String(finalizableAt));
  }
  expect((await rows("epochDelays", "delaySeconds", "epochId"))[0]).to.deep.equal({ delaySeconds: "120" });
  expect((await rows("epochs", "status finalProposal"))[0]).to.deep.equal({ status: "finalized", finalProposal: 2 });

  const faults = await rows("provenFaults", "target kind epochId proposal versionId settlementId sub prover", "block");
  expect(
    faults.map(({ target, kind, proposal, versionId, settlementId, sub, prover }) => [
      target,
      kind,
      proposal,
      versionId,
      settlementId,
      sub,
      prover,
    ]),
  ).to.deep.equal([
    ["index", "index_form", null, "3", null, 1, lower(alice)],
    ["sketches", "sketch_form", null, null, "4", 1, lower(alice)],
    ["proposal", "form", 0, null, null, null, lower(alice)],
  ]);
  const reservations = await rows("proofReservations", "target sender number revealedAt burnedAt", "createdBlock");
  expect(
    reservations.map(({ target, sender, number, revealedAt, burnedAt }) => [
      target,
      sender,
      number,
      revealedAt !== null,
      burnedAt !== null,
    ]),
  ).to.deep.equal([
    ["index", lower(dora), "0", true, false],
    ["index", lower(erin), "1", false, true],
    ["sketches", lower(erin), "0", false, false],
    ["proposal", lower(erin), "0", false, false],
  ]);

  const demands = await rows("demands", "id status tree epochId proposal versionId settlementId sub deposit nodeHash");
  expect(demands.map(({ tree, status }) => [tree, status])).to.deep.equal([
    ["index", "unanswered"],
    ["sketches", "unanswered"],
    ["receipts", "unanswered"],
    ["payouts", "answered"],
    ["groups", "refunded"],
    ["groups", "unanswered"],
  ]);
  for (const { id, nodeHash, deposit } of demands) {
    const read = { address: addresses.Demands, abi: demandsAbi, functionName: "demandOf" } as const;
    const onChain = await client.readContract({ ...read, args: [BigInt(id as string)] });
    expect([nodeHash, deposit]).to.deep.equal([onChain.hash, String(onChain.deposit)]);
  }

  const [dispute] = await rows("disputes", "target settlementId sub place disputer outcome hasEnded");
  expect(dispute).to.deep.equal({
    target: "sketches",
    settlementId: "4",
    sub: 2,
    place: "0",
    disputer: lower(alice),
    outcome: "outside",
    hasEnded: true,
  });
  const votes = await rows("disputeVotes", "poolId verdict slashed", "poolId");
  expect(votes.map(({ poolId, verdict, slashed }) => [poolId, verdict, slashed !== null])).to.deep.equal([
    ["3", "mistake", false],
    ["4", null, true],
  ]);
  const penalties = await rows("penaltys", "kind operator hasAdmitted slashed", "block");
  const admitted = [attributors[0], attributors[1]].map((signer) => lower(signer)).sort();
  expect(penalties.map(({ kind, operator }) => [kind, operator])).to.have.deep.members([
    ["withheld", lower(attributors[1])],
    ["proven", lower(attributors[1])],
    ...admitted.map((operator) => ["disputed", operator]),
    ["withheld", lower(gateway)],
    ["proven", lower(gateway)],
  ]);
  const isAdmitted = penalties
    .filter(({ kind }) => kind === "disputed")
    .map(({ operator, hasAdmitted }) => [operator, hasAdmitted]);
  expect(Object.fromEntries(isAdmitted as [string, boolean][])).to.deep.equal({
    [lower(attributors[0])]: true,
    [lower(attributors[1])]: false,
  });
  const slashes = await rows("stakeSlashs", "fromStake fromUnbonding", "block");
  const unrevealed = sumOf(
    await rows("disputeVotes", "slashed", "poolId").then((list) => list.filter((vote) => vote["slashed"] !== null)),
    "slashed",
  );
  expect(sumOf(slashes, "fromStake") + sumOf(slashes, "fromUnbonding")).to.equal(
    sumOf(penalties, "slashed") + unrevealed,
  );

  const [pools, accrued, bonds] = await client.readContract({ ...ledger, functionName: "owed" });
  const vault = { address: addresses.RoyaltyVault, abi: royaltyVaultAbi } as const;
  const payouts = await client.readContract({ ...vault, functionName: "unclaimed" });
  const [books] = await rows("ledgers", "owedPools owedPayouts owedAccrued owedBonds");
  expect(books).to.deep.equal({
    owedPools: String(pools),
    owedPayouts: String(payouts),
    owedAccrued: String(accrued),
    owedBonds: String(bonds),
  });
}

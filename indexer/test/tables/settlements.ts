// Tills, settlements and epochs, compared with the chain.
import { expect } from "chai";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { gateway, proposer } from "../../../deploy/testing/accounts.ts";
import { type Page, type Row, query } from "../support/graphql.ts";
import { lower, type Suite } from "./suite.ts";

export function settlementTables(suite: () => Suite): void {
  it("have the tills and how each fee was divided", async () => {
    const { chain, scenario, rows } = suite();
    const tills = await rows("tills", "id modelId gateway settlementCount callCount fees plainFees", "modelId");
    expect(tills).to.deep.equal([
      {
        id: lower(scenario.tills[0]!),
        modelId: "1",
        gateway: lower(gateway.address),
        settlementCount: 2,
        callCount: "5",
        fees: String(1_000_003n + 500_001n + 999n),
        plainFees: "500001",
      },
      {
        id: lower(scenario.tills[1]!),
        modelId: "2",
        gateway: lower(gateway.address),
        settlementCount: 1,
        callCount: "1",
        fees: "200",
        plainFees: "123",
      },
    ]);
    const parts = ["treasury", "gateway", "ancestors", "curators", "stakers", "developer", "data"] as const;
    const splits = await rows("feeSplits", `settlementId versionId fee ${parts.join(" ")}`, "block");
    expect(splits.map(({ settlementId, fee }) => [settlementId, fee])).to.deep.equal([
      ["1", "1000003"],
      ["2", "77"],
      [null, "500001"],
      ["3", "999"],
      [null, "123"],
    ]);
    for (const row of splits) {
      const sum = parts.reduce((total, part) => total + BigInt(row[part] as string), 0n);
      expect(sum).to.equal(BigInt(row["fee"] as string));
    }
    const told = await chain.client.getContractEvents({
      ...{ address: scenario.tills, abi: modelTillAbi, eventName: "FeeSplit" },
      ...{ fromBlock: 0n, strict: true },
    });
    expect(splits.map((row) => parts.map((part) => row[part]))).to.deep.equal(
      told.map(({ args }) => parts.map((part) => String(args[part]))),
    );
    // Parts that came to the same would show nothing of who got which.
    expect(new Set(parts.map((part) => splits[0]![part])).size, JSON.stringify(splits[0])).to.be.at.least(5);
  });

  it("have the settlements with their history", async () => {
    const { chain, indexer, rows, contract } = suite();
    const found = await rows(
      "settlements",
      "id versionId tillId status count fee pool receiptsHash sketchesHash openedAt readyAt epochId group offset",
    );
    expect(found.map(({ status }) => status)).to.deep.equal(["ready", "ready", "expired"]);
    for (const row of found) {
      const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
      const args = [BigInt(row["id"] as string)] as const;
      const settlement = await chain.client.readContract({ ...ledger, functionName: "settlementOf", args });
      const isReady = row["status"] === "ready";
      expect(row).to.deep.include({
        versionId: String(settlement.version),
        tillId: lower(settlement.till),
        count: settlement.count,
        fee: String(settlement.receipts.sum),
        receiptsHash: settlement.receipts.hash,
        sketchesHash: isReady ? settlement.sketches.hash : null,
        pool: String(settlement.pool),
        openedAt: String(settlement.openedAt),
        readyAt: isReady ? String(settlement.readyAt) : null,
        epochId: isReady ? String(settlement.epoch) : null,
        group: isReady ? settlement.group : null,
        offset: isReady ? String(settlement.offset) : null,
      });
    }
    const history = `{ settlements(orderBy: "id") { items { statusChanges(orderBy: "at") { items { status } } } } }`;
    type Histories = { settlements: Page<{ statusChanges: Page<{ status: string }> }> };
    const { settlements } = await query<Histories>(indexer.graphqlUrl, history);
    expect(settlements.items.map((item) => item.statusChanges.items.map(({ status }) => status))).to.deep.equal([
      ["open", "committed", "ready"],
      ["open", "committed", "ready"],
      ["open", "expired"],
    ]);
  });

  it("have the epoch with its groups, proposals and payout root", async () => {
    const { chain, indexer, contract } = suite();
    const text = `{ epochs(limit: 5) { totalCount items {
      id status endsAt groupCount settlementCount callCount pools proposalCount finalProposal
      groups(orderBy: "group") { items { versionId callCount settlementCount pool settlements { items { id } } } }
      proposals(orderBy: "proposal") { items { proposer status groupsSum payoutsHash payoutsSum bond proposedAt finalizableAt bondReturnedAt } }
      payoutRoot { proposal hash sum added }
    } } }`;
    type Epoch = Record<string, unknown> & { id: string; groups: Page<Row>; proposals: Page<Row> };
    const { epochs } = await query<{ epochs: Page<Epoch> }>(indexer.graphqlUrl, text);
    expect(epochs.totalCount).to.equal(1);
    const [epoch] = epochs.items;
    const id = BigInt(epoch!.id);
    const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
    const pools = await chain.client.readContract({ ...ledger, functionName: "epochPools", args: [id] });
    const endsAt = await chain.client.readContract({ ...ledger, functionName: "epochEnd", args: [id] });
    const root = await chain.client.readContract({ ...ledger, functionName: "payoutsRoot" });
    expect(epoch).to.deep.include({
      status: "finalized",
      endsAt: String(endsAt),
      groupCount: 2,
      settlementCount: 2,
      callCount: "4",
      pools: String(pools),
      proposalCount: 2,
      finalProposal: 0,
      payoutRoot: { proposal: 0, hash: root.hash, sum: String(root.sum), added: String(root.sum) },
    });
    for (const [place, row] of epoch!.groups.items.entries()) {
      const group = await chain.client.readContract({ ...ledger, functionName: "groupOf", args: [id, place] });
      expect(row).to.deep.equal({
        versionId: String(group.version),
        callCount: String(group.callCount),
        settlementCount: group.settlements.length,
        pool: String(group.pool),
        settlements: { items: group.settlements.map((settlement) => ({ id: String(settlement) })) },
      });
    }
    for (const [place, row] of epoch!.proposals.items.entries()) {
      const proposal = await chain.client.readContract({ ...ledger, functionName: "proposalOf", args: [id, place] });
      expect(row).to.deep.include({
        proposer: lower(proposer.address),
        status: ["finalized", "superseded"][place],
        groupsSum: String(proposal.groups.sum),
        payoutsHash: proposal.payouts.hash,
        payoutsSum: String(proposal.payouts.sum),
        proposedAt: String(proposal.proposedAt),
        finalizableAt: String(proposal.finalizableAt),
      });
      expect(row["bondReturnedAt"]).to.not.equal(null);
    }
  });
}

// Positions, what they were paid, and the books of the ledger, compared with the chain.
import { expect } from "chai";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { alice, bob, carol, curator } from "../../../deploy/testing/accounts.ts";
import { type Row } from "../support/graphql.ts";
import { lower, type Suite } from "./suite.ts";

export function positionTables(suite: () => Suite): void {
  it("have the positions with owner, claimer and totals as on the chain", async () => {
    const { chain, rows, contract } = suite();
    const found = await rows(
      "positions",
      `id kind datanetId modelId owner claimer appointee delegationNonce accrued unclaimedAccrued claimedAccrued
       claimedAttributed claimedTotal paidToProposers`,
    );
    expect(found.map(({ id, kind, datanetId, modelId }) => [id, kind, datanetId, modelId])).to.deep.equal([
      ["1", "treasury", null, null],
      ["2", "curator", "1", null],
      ["3", "curator", "2", null],
      ["4", "contributor", "1", null],
      ["5", "contributor", "1", null],
      ["6", "contributor", "2", null],
      ["7", "developer", null, "1"],
      ["8", "developer", null, "2"],
    ]);
    for (const row of found) {
      const id = BigInt(row["id"] as string);
      const positions = { address: contract("RoyaltyPositions"), abi: royaltyPositionsAbi } as const;
      const owner = await chain.client.readContract({ ...positions, functionName: "ownerOf", args: [id] });
      const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
      const vault = { address: contract("RoyaltyVault"), abi: royaltyVaultAbi } as const;
      const nonce = await chain.client.readContract({ ...vault, functionName: "delegationNonceOf", args: [id] });
      const claimedAttributed = await chain.client.readContract({ ...vault, functionName: "claimedOf", args: [id] });
      const unclaimedAccrued = await chain.client.readContract({ ...ledger, functionName: "accruedOf", args: [id] });
      expect(row).to.deep.include({
        owner: lower(owner),
        claimedAttributed: String(claimedAttributed),
        unclaimedAccrued: String(unclaimedAccrued),
        delegationNonce: String(nonce),
      });
      const amount = (column: string) => BigInt(row[column] as string);
      const spent = amount("claimedAccrued") + amount("paidToProposers");
      expect(amount("accrued")).to.equal(amount("unclaimedAccrued") + spent);
      expect(amount("paidToProposers") > 0n).to.equal(row["kind"] === "treasury");
      expect(amount("claimedTotal")).to.equal(amount("claimedAttributed") + amount("claimedAccrued"));
    }
    // Bob appointed Carol and then sold the position to Alice.
    expect(found[4]).to.deep.include({ owner: lower(alice.address), claimer: null, appointee: lower(carol.address) });
  });

  it("have the claims and accruals, which add up to the positions' totals", async () => {
    const { rows } = suite();
    const claims = await rows("claims", "positionId recipient sender attributed accrued", "block");
    const third = (await rows("payoutRoots", "sum", "epochId")).map(({ sum }) => BigInt(sum as string) / 3n)[0]!;
    expect(claims.map(({ positionId, recipient }) => [positionId, recipient])).to.have.deep.members([
      ["4", lower(alice.address)],
      ["1", (await rows("positions", "owner"))[0]!["owner"]],
      ["5", lower(curator.address)],
      // By a delegate, to whom the owner named; and by shares of the position.
      ["7", lower(bob.address)],
      ["5", (await rows("sharesContracts", "id"))[0]!["id"]],
    ]);
    const toCurator = claims.find(({ recipient }) => recipient === lower(curator.address));
    expect(toCurator!["attributed"]).to.equal(String(third));
    expect(claims.find(({ positionId }) => positionId === "7")!["sender"]).to.equal(lower(carol.address));
    const accruals = await rows("accruals", "positionId amount", "block");
    for (const { id, accrued, claimedTotal } of await rows("positions", "id accrued claimedTotal")) {
      const sumOf = (list: Row[], columns: string[]) =>
        list
          .filter(({ positionId }) => positionId === id)
          .reduce((sum, row) => columns.reduce((total, column) => total + BigInt(row[column] as string), sum), 0n);
      expect(String(sumOf(accruals, ["amount"]))).to.equal(accrued);
      expect(String(sumOf(claims, ["attributed", "accrued"]))).to.equal(claimedTotal);
    }
  });

  it("have the ledger's books to the unit", async () => {
    const { chain, rows, contract } = suite();
    const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
    const vault = { address: contract("RoyaltyVault"), abi: royaltyVaultAbi } as const;
    const [pools, accrued, bonds] = await chain.client.readContract({ ...ledger, functionName: "owed" });
    const payouts = await chain.client.readContract({ ...vault, functionName: "unclaimed" });
    const root = await chain.client.readContract({ ...ledger, functionName: "payoutsRoot" });
    const parameters = await chain.client.readContract({ ...ledger, functionName: "parameters" });
    const [row] = await rows(
      "ledgers",
      "id token vault owedPools owedPayouts owedAccrued owedBonds payoutsHash payoutsSum settlementCount callCount epochSeconds bondFloor bondBps proposerFee paidToProposers",
    );
    expect(row).to.deep.equal({
      id: lower(contract("RoyaltyLedger")),
      token: lower(contract("OpenToken")),
      vault: lower(contract("RoyaltyVault")),
      owedPools: String(pools),
      owedPayouts: String(payouts),
      owedAccrued: String(accrued),
      owedBonds: String(bonds),
      payoutsHash: root.hash,
      payoutsSum: String(root.sum),
      settlementCount: 3,
      callCount: "6",
      epochSeconds: String(parameters.epochSeconds),
      bondFloor: String(parameters.bondFloor),
      bondBps: parameters.bondBps,
      proposerFee: String(parameters.proposerFee),
      paidToProposers: (await rows("proposals", "fee", "proposal"))[0]!["fee"],
    });
    expect(pools).to.equal(0n);
    expect(payouts > 0n && accrued > 0n).to.equal(true);
  });
}

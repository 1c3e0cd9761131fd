// The check of a settlement's split: recomputed from the version's basis points, and compared with what the till told and paid.
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { getAddress } from "viem";
import { ChainUnreadable } from "./chain.ts";
import { checkSettlement, type StatedSettlement } from "./check-settlement.ts";
import { changesOf } from "./testing/changes.ts";
import { ADDRESSES } from "./testing/told-chain.ts";
import { GATEWAY, vectorChain } from "./testing/vector-chain.ts";

describe("the check of a settlement's split", () => {
  const epoch = vectorEpoch();
  const call = epoch.calls[0]!;
  const stated: StatedSettlement = { count: 4, fee: String(call.roots.receipts.sum), pool: String(call.roots.pool) };

  it("proves each part to whom it was paid", async () => {
    const { status, found } = await checkSettlement(vectorChain(epoch, call), call.settlement, stated);
    expect(status).to.equal("proven");
    expect(
      found!.parts.map(({ role, amount, position, account }) => [role, amount, position ?? account]),
    ).to.deep.equal([
      ["treasury", 2_372n, 1n],
      ["developer", 55_083n, 21n],
      ["ancestor", 1_779n, 22n],
      ["curator", 2_372n, 23n],
      ["curator", 1_187n, 24n],
      ["gateway", 3_629n, getAddress(GATEWAY)],
      ["data", 52_187n, undefined],
    ]);
  });

  it("refuses a fee, a data part and a number of calls that are shown and are not the chain's", async () => {
    for (const [path, changed] of changesOf(stated)) {
      const { status } = await checkSettlement(vectorChain(epoch, call), call.settlement, changed as StatedSettlement);
      expect(status, path).to.equal("refused");
    }
  });

  it("refuses a split that is not the version's, and payments that are not the split's", async () => {
    const cases: Record<string, Parameters<typeof vectorChain>[2]> = {
      "other basis points": { split: { treasury: 201, developer: 4_643 } },
      "basis points that do not add up": { split: { treasury: 201 } },
      "a credit that is missing": { logs: (logs) => logs.filter((_, i) => i !== 1) },
      "credits in another order": { logs: (logs) => logs.with(4, logs[5]!).with(5, logs[4]!) },
      "nothing for the gateway": { logs: (logs) => logs.filter((_, i) => i !== 7) },
      "no event of the split": { logs: (logs) => logs.slice(1) },
      "another pool": { roots: { pool: 52_188n } },
      "another sum of receipts": { roots: { receipts: { ...call.roots.receipts, sum: 118_610n } } },
    };
    for (const [what, changes] of Object.entries(cases)) {
      const { status, steps } = await checkSettlement(vectorChain(epoch, call, changes), call.settlement, stated);
      expect(status, `${what}: ${steps.at(-1)?.what}`).to.equal("refused");
    }
  });

  it("blames nobody where the node has lost events of what the chain's state has", async () => {
    const pruned: Record<string, Parameters<typeof vectorChain>[2]> = {
      "all of them": { logs: () => [] },
      "the close": { logs: (logs) => logs.slice(0, -1) },
      "of the rewards of staking": { rewardTokens: [ADDRESSES.OpenToken] },
    };
    for (const [what, changes] of Object.entries(pruned)) {
      const chain = vectorChain(epoch, call, changes);
      const error = await checkSettlement(chain, call.settlement, stated).catch((thrown: unknown) => thrown);
      expect(error, what).to.be.instanceOf(ChainUnreadable).with.property("message").that.includes("pruned or late");
    }
  });
});

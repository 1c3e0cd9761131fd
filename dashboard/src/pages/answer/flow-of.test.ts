// The picture of a call's fee: every amount as it is, and no node wider than what flows into it.
import { expect } from "chai";
import fc from "fast-check";
import { flowOf } from "./flow-of.ts";
import type { Payments } from "./payments.ts";

const amount = fc.bigInt(0n, 10n ** 24n);

describe("the picture of a call's fee", () => {
  const payments = fc
    .record({ data: amount, direct: fc.array(amount, { maxLength: 5 }), records: fc.array(amount, { maxLength: 20 }) })
    .map(({ data, direct, records }): Payments => {
      const sum = (of: readonly bigint[]) => of.reduce((total, each) => total + each, 0n);
      return {
        ...{ price: data + sum(direct), data, toRecords: sum(records) },
        direct: direct.map((each, i) => ({ to: "gateway", account: `0x${i}`, amount: each })),
        byRecords: records.map((each, i) => ({ to: "contributor of records", position: BigInt(i), amount: each })),
      };
    });

  it("names each amount as it is, the data's part also where its records got more", () => {
    fc.assert(
      fc.property(payments, (each) => {
        const named = new Map(flowOf(each).nodes.map((node) => [node.id, node.amount]));
        expect(named.get("call")).to.equal(each.price);
        expect(named.get("data") ?? 0n).to.equal(each.data);
        for (const [i, direct] of each.direct.entries()) expect(named.get(`direct ${i}`) ?? 0n).to.equal(direct.amount);
        const toRecords = [...named].filter(([id]) => id.startsWith("records") || id === "others");
        const total = toRecords.reduce((sum, [, one]) => sum + one, 0n);
        expect(total).to.equal(each.data === 0n ? 0n : each.toRecords);
      }),
    );
  });

  it("draws nothing out of a part that did not flow into it, and no link of a node that is not there", () => {
    fc.assert(
      fc.property(payments, (each) => {
        const { nodes, links } = flowOf(each);
        const ids = new Set(nodes.map(({ id }) => id));
        for (const { source, target } of links) expect([ids.has(source), ids.has(target)]).to.deep.equal([true, true]);
        const out = links.filter(({ source }) => source === "data").reduce((sum, { drawn }) => sum + drawn, 0n);
        expect(out <= each.data).to.equal(true);
      }),
    );
  });
});

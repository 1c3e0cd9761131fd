// Tests of what is counted out of indexes and epochs, against counting entry by entry.
import { expect } from "chai";
import { bytesToHex, NONE } from "@tributary/protocol/bytes";
import { Checks } from "@tributary/protocol/check-steps";
import type { Root } from "@tributary/protocol/node";
import { verifyOpenedUse } from "@tributary/protocol/opened-use";
import { attributeEpoch } from "../attribution/epoch.ts";
import { receiptAt } from "../attribution/receipt-table.ts";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../attribution/test/random-epoch.ts";
import { someEpoch } from "../attribution/test/some-epoch.ts";
import { u128At } from "../trees/u128-words.ts";
import { agentCalls } from "./agent-calls.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { noveltyOf } from "./novelty-of.ts";
import { openUse } from "./open-use.ts";
import { useOf } from "./use-of.ts";

describe("counts out of published bundles", () => {
  it("say how new the records at some places are", () => {
    const index = {
      count: 5,
      novelties: Uint8Array.of(255, 0, 10, 0, 255),
      witnesses: Uint32Array.of(NONE, 0, 0, 1, NONE),
    };
    expect(noveltyOf(index, { first: 0, records: 5 })).to.deep.equal({
      records: 5,
      withdrawn: 0,
      sum: 520,
      copies: 2,
      full: 2,
    });
    expect(noveltyOf(index, { first: 1, records: 2 })).to.deep.equal({
      records: 2,
      withdrawn: 0,
      sum: 10,
      copies: 1,
      full: 0,
    });
    expect(noveltyOf(index, { first: 5, records: 0 })).to.deep.equal({
      records: 0,
      withdrawn: 0,
      sum: 0,
      copies: 0,
      full: 0,
    });
    expect(() => noveltyOf(index, { first: 4, records: 2 })).to.throw(RangeError, "the index has 5 records");
  });

  it("count withdrawn records apart from copies", () => {
    const novelties = Uint8Array.of(255, 0, 0, 30);
    const index = { count: 4, novelties, witnesses: Uint32Array.of(NONE, NONE, 0, 0) };
    const counted = noveltyOf(index, { first: 0, records: 4 });
    expect(counted).to.deep.equal({ records: 4, withdrawn: 1, sum: 285, copies: 1, full: 1 });
  });

  it("say how many calls a contribution helped and hurt, and what it was paid, entry by entry", async () => {
    let [helped, hurt] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const counted = await countedEpoch(seed);
      helped += counted.helped;
      hurt += counted.hurt;
    }
    expect(helped).to.be.above(0);
    expect(hurt).to.be.above(0);
  });

  /** Compares all contributions of a random epoch. @returns how often they helped and hurt together */
  async function countedEpoch(seed: number): Promise<{ helped: number; hurt: number }> {
    const inputs = engineInputs(randomEpoch(seed));
    const epoch = await attributeEpoch(inputs);
    let found = { helped: 0, hurt: 0, paid: 0n };
    for (const [g, { index }] of inputs.groups.entries()) {
      const { mapped } = epoch.groups[g]!;
      const { topK, counts, recordIndex } = mapped.lists;
      for (const contribution of new Set(index.contributionIds)) {
        const calls = [new Set<number>(), new Set<number>()] as const;
        const points = [0n, 0n];
        for (let list = 0; list < counts.length; list++)
          for (let at = list * topK; at < list * topK + counts[list]!; at++) {
            const value = u128At(mapped.points, at);
            if (value === 0n || index.contributionIds[recordIndex[at]!] !== contribution) continue;
            calls[(list % 2) as 0 | 1].add(list >> 1);
            points[list % 2]! += value;
          }
        const use = useOf(epoch, g, index.contributionIds, contribution);
        expect([use.helped, use.hurt]).to.deep.equal(calls.map(({ size }) => size));
        expect([use.credits, use.debits]).to.deep.equal(points);
        expect(use.used).to.equal(new Set([...calls[0], ...calls[1]]).size);
        expect(use.calls).to.equal(mapped.calls);
        expect(use.records).to.equal(index.contributionIds.filter((id) => id === contribution).length);
        found = { helped: found.helped + use.helped, hurt: found.hurt + use.hurt, paid: found.paid + use.paid };
      }
      const strange = useOf(epoch, g, index.contributionIds, 987_654n);
      expect([strange.records, strange.helped, strange.paid]).to.deep.equal([0, 0, 0n]);
    }
    const { earnings } = epoch;
    let earned = 0n;
    for (let at = 0; at < earnings.count; at++)
      if (earnings.records[at] !== 0xffffffff) earned += u128At(earnings.amounts, at);
    expect(found.paid).to.equal(earned);
    return found;
  }

  it("open all tallies of each contribution, which verify by the epoch's roots and count to the same", async () => {
    const limits = { mostRecords: 100, mostTallies: 1_000 };
    let [helped, tallies] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const plain = randomEpoch(seed);
      // Well-formed, as everything that is opened.
      for (const { records } of plain.groups)
        for (const [place, record] of records.entries()) {
          if (record.scale === 0n) record.scale = 1n;
          if (place === 0) record.novelty = 255n;
        }
      const inputs = engineInputs(plain);
      for (const { index } of inputs.groups)
        for (const [place, id] of index.contributionIds.entries())
          index.recordIndexes[place] = index.contributionIds.subarray(0, place).filter((each) => each === id).length;
      const epoch = await attributeEpoch(inputs);
      const roots = { groups: rootHex(epoch.groupsTree.root), payouts: rootHex(epoch.payoutsTree.root) };
      const contributions = new Set(inputs.groups.flatMap(({ index }) => [...index.contributionIds]));
      for (const contribution of contributions) {
        const { groups } = openUse(inputs, epoch, contribution, limits);
        for (const opened of groups) {
          const { index, modelVersion: version, method } = inputs.groups[opened.group.key]!;
          const chain = { ...roots, index: rootHex(buildIndexTree(index).root), k: method.k, version, contribution };
          const of = { ...chain, recordCount: opened.records.length };
          const { group, ...shown } = verifyOpenedUse(opened, of, new Checks());
          const { helped: helps, hurt, used, paid } = useOf(epoch, group, index.contributionIds, contribution);
          expect(shown).to.deep.equal({ helped: helps, hurt, used, paid });
          helped += helps;
          tallies += opened.records.reduce((sum, { credits, debits }) => sum + credits.length + debits.length, 0);
        }
        const isTooLarge = (changed: Partial<typeof limits>) =>
          openUse(inputs, epoch, contribution, { ...limits, ...changed }).isTooLarge;
        expect(isTooLarge({ mostRecords: 0 })).to.equal(true);
      }
      expect(openUse(inputs, epoch, 987_654n, limits)).to.deep.equal({ groups: [], isTooLarge: false });
    }
    expect(helped).to.be.above(0);
    expect(tallies).to.be.above(helped - 1);
  });

  it("find the calls of an agent by registry and number, both", async () => {
    const { inputs } = await someEpoch();
    let named = 0;
    for (const { settlements } of inputs.groups)
      for (const { receipts } of settlements)
        for (let place = 0; place < receipts.count; place++) {
          const { agentRegistry, agentId, amount } = receiptAt(receipts, place);
          const own = agentCalls(receipts, agentRegistry, agentId);
          expect(own.places).to.include(place);
          expect(own.calls).to.equal(own.places.length);
          expect(own.fees >= amount).to.equal(true);
          expect(own.fees).to.equal(own.places.reduce((sum, each) => sum + receiptAt(receipts, each).amount, 0n));
          expect(agentCalls(receipts, agentRegistry, agentId + 1n).places).not.to.include(place);
          expect(agentCalls(receipts, bytesToHex(new Uint8Array(20).fill(9)), agentId).calls).to.equal(0);
          named++;
        }
    expect(named).to.be.above(1);
  });
});

function rootHex({ hash, sum }: Root) {
  return { hash: bytesToHex(hash), sum };
}

// The check of an answer: what is honest is proven, and whatever is changed, in what is served or in what was committed, is refused.
import { splitByWeights } from "@tributary/protocol/split";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import type { VectorCase } from "@tributary/protocol/testing/vector-file";
import { expect } from "chai";
import { checkAnswer, type ServedCall } from "./check-answer.ts";
import { ChainUnreadable } from "./chain.ts";
import { changesOf, withoutEach } from "./testing/changes.ts";
import { servedCall, vectorChain, type VectorChainChanges } from "./testing/vector-chain.ts";

describe("the check of an answer", function () {
  this.timeout(60_000);
  const epoch = vectorEpoch();
  const [call, other] = [epoch.calls[0]!, epoch.calls[1]!];
  const served = servedCall(call);
  const chain = vectorChain(epoch, call);

  async function expectRefused(changed: unknown, why: string): Promise<void> {
    const { status, found, steps } = await checkAnswer(chain, call.id, changed as ServedCall);
    expect(status, why).to.equal("refused");
    expect(found, why).to.equal(undefined);
    expect(
      steps.filter(({ holds }) => !holds),
      why,
    ).to.have.length(1);
    expect(steps.at(-1)!.holds, why).to.equal(false);
  }

  it("proves an honest opening, step by step, and follows the fee", async () => {
    const told: string[] = [];
    const { status, steps, found, attested, beyond } = await checkAnswer(chain, call.id, served, ({ what }) =>
      told.push(what),
    );
    expect(status).to.equal("proven");
    expect(steps.every(({ holds }) => holds)).to.equal(true);
    expect(told).to.deep.equal(steps.map(({ what }) => what));
    expect(new Set(steps.map(({ source }) => source))).to.deep.equal(
      new Set(["chain", "opening", "computed", "viewer"]),
    );
    expect(found!.call.amount).to.equal(1_444n);
    expect(found!.call.records.map(({ list, points }) => [list, points])).to.deep.equal([
      ...[941n, 307n, 121n, 75n].map((points) => ["helpful", points]),
      ...[370n, 311n, 202n, 200n].map((points) => ["harmful", points]),
    ]);
    expect(found!.divided.parts.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(118_609n);
    const shares = found!.shares.reduce((sum, { amount }) => sum + amount, 0n);
    expect(Number(shares - call.receipt.amount)).to.be.within(-found!.shares.length, found!.shares.length);
    expect(attested.map(({ what }) => what).join()).to.include("true gradients");
    expect(beyond.map(({ by }) => by).join()).to.include("tributary audit");
  });

  it("refuses an opening of which any field, and any byte of it, is changed", async () => {
    let changes = 0;
    for (const [path, changed] of changesOf(served)) {
      await expectRefused(changed, path);
      changes++;
    }
    expect(changes).to.be.above(400);
  });

  it("refuses an opening of which anything is left out", async () => {
    for (const [path, changed] of withoutEach(served)) await expectRefused(changed, `without ${path}`);
  });

  it("refuses records that are doubled, moved, or of another call", async () => {
    const { records } = served.opened;
    const with_ = (changed: typeof records): ServedCall => ({
      ...served,
      opened: { ...served.opened, records: changed },
    });
    await expectRefused(with_([...records, records[0]!]), "doubled");
    await expectRefused(with_([records[1]!, records[0]!, ...records.slice(2)]), "moved");
    await expectRefused(with_([other.opened.records[0]!, ...records.slice(1)]), "another call's");
    await expectRefused(with_(records.slice(1)), "without the first");
    await expectRefused(with_(records.slice(0, -1)), "without the last");
    await expectRefused(with_([]), "without any");
    await expectRefused({ ...served, opened: other.opened }, "another call");
  });

  it("refuses what is served where the chain says otherwise", async () => {
    const { receipts, sketches, index, groups, payouts, group, offset, pool, groupPool, topK, debitFactor, k } =
      call.roots;
    const wrong = (root: typeof receipts) => ({ hash: other.id, sum: root.sum });
    const more = (root: typeof receipts) => ({ ...root, sum: root.sum + 1n });
    const says: Record<string, VectorChainChanges> = {
      receipts: { roots: { receipts: wrong(receipts) } },
      "sum of receipts": { roots: { receipts: more(receipts) } },
      sketches: { roots: { sketches: wrong(sketches) } },
      index: { roots: { index: wrong(index) } },
      "sum of the index": { roots: { index: more(index) } },
      groups: { roots: { groups: wrong(groups) } },
      payouts: { roots: { payouts: wrong(payouts) } },
      "sum of payouts": { roots: { payouts: more(payouts) } },
      group: { roots: { group: group + 1 } },
      offset: { roots: { offset: offset + 1 } },
      pool: { roots: { pool: pool + 100n } },
      "the group's pool": { roots: { groupPool: groupPool + 1n } },
      K: { roots: { topK: topK - 1 } },
      "debit factor": { roots: { debitFactor: debitFactor - 1 } },
      k: { roots: { k: k + 32 } },
      earners: { earnerOf: () => 9n },
      "no earners": { earnerOf: () => 0n },
      "settlement expired": { status: 4 },
      "settlement committed": { status: 2 },
      "another split": { split: { developer: 4_643, data: 4_372 } },
      "a part that was not paid": { logs: (logs) => logs.filter((_, i) => i !== 2) },
      "a gateway that was not paid": { logs: (logs) => logs.filter((_, i) => i !== 7) },
    };
    for (const [what, changes] of Object.entries(says)) {
      const { status, steps } = await checkAnswer(vectorChain(epoch, call, changes), call.id, served);
      expect(status, `${what}: ${steps.at(-1)?.what}`).to.equal("refused");
    }
  });

  it("refuses numbers that do not follow, though they were committed and became final", async () => {
    const first = (of: VectorCase) => of.output.groups[0]!.calls[0]!;
    const lies: [string, RegExp, (of: VectorCase) => void][] = [
      ["influence", /influence/, (of) => (first(of).helpful[0]!.s = "990350899")],
      ["weight", /weight|order/, (of) => (first(of).helpful[0]!.w = "252539478991")],
      ["points", /points/, (of) => (first(of).helpful[0]!.points = "942")],
      ["debits", /points/, (of) => (first(of).harmful[0]!.points = "369")],
      ["sketch", /sketch/, (of) => (first(of).sketchHash = other.id)],
      ["amount", /part of its settlement's pool/, (of) => (first(of).amount = "1445")],
      ["order", /order on the list/, (of) => reverse(first(of).helpful, 1_444n)],
      ["an entry left out", /points/, (of) => first(of).helpful.splice(1, 1)],
      ["net", /net points/, (of) => (pointsOf(of, 13).net = "1")],
      ["earning", /part of the group's pool|does not open/, (of) => (earningOf(of, 13).amount = "9935")],
      ["pool", /pool/, (of) => (of.output.groups[0]!.pool = "105845")],
    ];
    for (const [what, reason, lie] of lies) {
      const lying = vectorEpoch(lie);
      const told = lying.calls[0]!;
      const onChain = vectorChain(lying, told, { roots: { groupPool: call.roots.groupPool } });
      const { status, steps } = await checkAnswer(onChain, told.id, servedCall(told));
      expect(status, what).to.equal("refused");
      expect(steps.at(-1)!.what, what).to.match(reason);
    }
  });

  it("refuses another receipt than the one that is asked about", async () => {
    expect((await checkAnswer(chain, other.id, served)).status).to.equal("refused");
  });

  it("says neither that it holds nor that it does not where the chain cannot be read", async () => {
    let reads = 0;
    for (const last of [0, 3, 6]) {
      reads = 0;
      const broken = vectorChain(epoch, call, { isUp: () => reads++ < last });
      const error = await checkAnswer(broken, call.id, served).catch((thrown: unknown) => thrown);
      expect(error, `after ${last} reads`).to.be.instanceOf(ChainUnreadable);
    }
    const pruned = vectorChain(epoch, call, { logs: () => [] });
    const error = await checkAnswer(pruned, call.id, served).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ChainUnreadable).with.property("message").that.includes("pruned or late");
  });
});

function pointsOf(of: VectorCase, record: number) {
  return of.output.groups[0]!.points.find((each) => each.record === record)!;
}

/** In the wrong order, with the points that follow. */
function reverse(entries: { w: string; points: string }[], amount: bigint): void {
  const parts = splitByWeights(
    amount,
    entries.reverse().map(({ w }) => BigInt(w)),
  );
  for (const [i, entry] of entries.entries()) entry.points = String(parts[i]);
}

function earningOf(of: VectorCase, record: number) {
  const all = of.output.payouts.flatMap(({ earnings }) => earnings);
  return all.find((each) => each.group === 0 && each.record === record)!;
}

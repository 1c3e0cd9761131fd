// Tests of whole epochs against the plain second implementation.
import type { Root } from "@tributary/protocol/node";
import { expect } from "chai";
import { attributeEpoch, type AttributedEpoch } from "./epoch.ts";
import { sumOfU128, u128At } from "../trees/u128-words.ts";
import { engineInputs } from "./test/engine-inputs.ts";
import { generator, randomEpoch } from "./test/random-epoch.ts";
import { referenceEpoch, type PlainEpoch, type PlainRoot } from "./test/reference-epoch.ts";

const EPOCHS = 240;

function plain(root: Root): PlainRoot {
  return { hash: Buffer.from(root.hash).toString("hex"), sum: root.sum };
}

/** All columns of a result, for comparisons to the byte. */
function columns(epoch: AttributedEpoch): unknown {
  const { groups, earnings, payouts, groupsTree, payoutsTree } = epoch;
  return {
    groups: groups.map(({ mapped, shuffled, reduced }) => ({ mapped, shuffled, reduced })),
    earnings,
    payouts,
    roots: [plain(groupsTree.root), plain(payoutsTree.root)],
  };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => String(error),
  );
}

/** A random epoch of at least 2 groups and 8 calls whose first settlement has a channel with two calls in front. */
function richEpoch(): PlainEpoch {
  for (let seed = 0; ; seed++) {
    const epoch = randomEpoch(seed);
    const [first] = epoch.groups[0]?.settlements ?? [];
    const calls = epoch.groups.flatMap(({ settlements }) => settlements).flatMap((settlement) => settlement.calls);
    const paired = first?.calls[0]?.channelId === first?.calls[1]?.channelId;
    const credited = epoch.groups[0]?.records.length ?? 0;
    if (epoch.groups.length >= 2 && calls.length >= 8 && (first?.calls.length ?? 0) > 2 && paired && credited > 5)
      return epoch;
  }
}

describe("attributeEpoch", () => {
  it(`gives the roots of the plain implementation on ${EPOCHS} random epochs`, async () => {
    for (let seed = 0; seed < EPOCHS; seed++) {
      const epoch = randomEpoch(seed);
      const result = await attributeEpoch(engineInputs(epoch));
      const expected = referenceEpoch(epoch);
      const message = `seed ${seed}`;
      expect(plain(result.groupsTree.root), message).to.deep.equal(expected.groupsRoot);
      expect(plain(result.payoutsTree.root), message).to.deep.equal(expected.payoutsRoot);
      const { positions, cumulative, count } = result.payouts;
      const payouts = Array.from({ length: count }, (_, i) => [BigInt(positions[i]!), u128At(cumulative, i)]);
      expect(payouts, message).to.deep.equal(expected.payouts);
    }
  });

  it("pays out exactly the pools, and a call never debits more than it pays", async () => {
    const seen = { fallbacks: 0, debits: 0, ties: 0, silent: 0 };
    for (let seed = 0; seed < EPOCHS; seed++) {
      const epoch = randomEpoch(seed);
      const inputs = engineInputs(epoch);
      const result = await attributeEpoch(inputs);
      const pools = result.groups.reduce((sum, { pool }) => sum + pool, 0n);
      const before = epoch.previous.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
      expect(sumOfU128(result.payouts.cumulative)).to.equal(before + pools);
      expect(result.payoutsTree.root.sum).to.equal(before + pools);
      expect(sumOfU128(result.earnings.amounts)).to.equal(pools);
      for (const { mapped, reduced } of result.groups) {
        const { lists, points, amounts } = mapped;
        if (reduced.fallbackEarningIndex !== 0xffffffff) seen.fallbacks++;
        for (let call = 0; call < mapped.calls; call++) {
          const sumOfList = (list: number): bigint =>
            sumOfU128(points.subarray(2 * list * lists.topK, 2 * (list + 1) * lists.topK));
          const credits = sumOfList(2 * call);
          const debits = sumOfList(2 * call + 1);
          const amount = u128At(amounts, call);
          expect(credits).to.equal(lists.counts[2 * call] === 0 ? 0n : amount);
          expect(debits <= amount).to.equal(true);
          if (debits > 0n) seen.debits++;
          if (credits === 0n && amount > 0n) seen.silent++;
          const first = 2 * call * lists.topK;
          if (lists.counts[2 * call]! > 1 && lists.w[first] === lists.w[first + 1]) seen.ties++;
        }
      }
    }
    for (const [what, times] of Object.entries(seen)) expect(times, what).to.be.greaterThan(10);
  });

  it("is the same to the byte for 1, 2 and 3 threads, any block size and any order of work", async () => {
    const next = generator(99);
    const epoch = richEpoch();
    const inputs = engineInputs(epoch);
    expect(inputs.groups.length).to.be.greaterThan(0);
    const expected = columns(await attributeEpoch(inputs));
    for (const options of [
      { threads: 1, blockQueries: 1, memoryBytes: 64 },
      { threads: 2, blockQueries: 3 },
      { backend: "u8u8", blockQueries: 5 },
      { threads: 3, blockQueries: 1 },
    ] as const) {
      const arrange = <Task>(tasks: Task[]): Task[] =>
        tasks
          .map((task) => ({ task, key: next(1000) }))
          .sort((a, b) => a.key - b.key)
          .map(({ task }) => task);
      expect(columns(await attributeEpoch(inputs, { ...options, arrange }))).to.deep.equal(expected);
    }
  });

  it("reports progress over the calls of all groups", async () => {
    const inputs = engineInputs(richEpoch());
    const calls = inputs.groups.flatMap(({ settlements }) => settlements).reduce((sum, s) => sum + s.receipts.count, 0);
    const seen: [number, number][] = [];
    await attributeEpoch(inputs, { blockQueries: 1, onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).to.deep.equal(Array.from({ length: calls }, (_, i) => [i + 1, calls]));
  });

  it("attributes receipts that nobody objected to in time, though they are out of order", async () => {
    const epoch = richEpoch();
    const settlement = epoch.groups[0]!.settlements[0]!;
    settlement.calls[1]!.sequence += 1n;
    settlement.calls.reverse();
    const { groupsRoot, payoutsRoot } = referenceEpoch(epoch);
    const { groupsTree, payoutsTree } = await attributeEpoch(engineInputs(epoch));
    expect([plain(groupsTree.root), plain(payoutsTree.root)]).to.deep.equal([groupsRoot, payoutsRoot]);
  });

  it("refuses committed calls that are not as many as the receipts", async () => {
    const inputs = engineInputs(richEpoch());
    const [group] = inputs.groups;
    const [settlement] = group!.settlements;
    const calls = { receiptHashes: new Uint8Array(), sketchHashes: new Uint8Array(), amounts: new BigUint64Array() };
    const bent = { ...inputs, groups: [{ ...group!, settlements: [{ ...settlement!, calls }] }] };
    expect(await failureOf(attributeEpoch(bent))).to.contain(`settlement ${settlement!.settlementId}, receiptHashes`);
  });

  it("names a contribution without a position", async () => {
    const failures = await Promise.all(
      Array.from({ length: 10 }, (_, seed) =>
        failureOf(attributeEpoch({ ...engineInputs(randomEpoch(seed)), positionOf: () => 0n })),
      ),
    );
    expect(failures.some((failure) => /contribution \d+: position 0/.test(failure))).to.equal(true);
  });
});

// Tests of the search for faults of settlements: honest histories, and every way to bend them.
import { expect } from "chai";
import { checkSettlementProof } from "@tributary/protocol/proofs/settlement-checks";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { generator, type Next } from "../attribution/test/random-epoch.ts";
import { findSettlementFault, type SettlementFinding } from "./find-settlement-fault.ts";
import { PreimageStore } from "./preimage-store.ts";
import { bendSettlementProof } from "./test/bend-proof.ts";
import { bendTrees } from "./test/bend-proposal.ts";
import type { WildLeaf } from "./test/plain-proposal.ts";
import { accuseEarlier, drawSettlementProofs, SETTLEMENT_PROOFS } from "./test/settlement-proofs.ts";
import {
  bothPending,
  commitHistory,
  commitHonestly,
  drawHistory,
  EARLIER,
  LATER,
  type PlainHistory,
  receiptLeaves,
  type SettledHistory,
  sketchesOf,
  sketchLeaves,
} from "./test/settled-history.ts";

const SEEDS = 40;
/** Proofs of each name per honest history. */
const PROOFS = 20;

function find({ chain, store, configs }: SettledHistory): SettlementFinding {
  return findSettlementFault(chain, LATER, store, [EARLIER], undefined, configs);
}

/** Other receipts, with sketches that are of them: what is wrong is the receipts' alone. */
function withReceipts(history: PlainHistory, receipts: Receipt[]): SettledHistory {
  const sketches = sketchesOf(receipts, history.sketches[0]!.sketch);
  return commitHistory(history, receiptLeaves(receipts), sketchLeaves(sketches), receipts.length);
}

/** Finds a proof which its twin takes, and none in the honest history. */
function assertProven(settled: SettledHistory, what: string, names?: readonly string[]): void {
  const finding = find(settled);
  expect(finding.what, what).to.equal("proof");
  if (finding.what !== "proof") return;
  expect(checkSettlementProof(settled.chain, finding.proof), what).to.deep.equal({ verdict: "fault" });
  if (names !== undefined) expect(names, what).to.include(finding.proof.name);
}

/** Every way to change one field of one receipt that a history of two settlements shows. */
const MUTATIONS: Record<string, (receipt: Receipt, next: Next) => Receipt> = {
  till: (receipt) => ({ ...receipt, till: `0x${"11".repeat(20)}` }),
  version: (receipt) => ({ ...receipt, modelVersion: receipt.modelVersion + 1n }),
  "sequence 0": (receipt) => ({ ...receipt, sequence: 0n }),
  "a later sequence": (receipt, next) => ({ ...receipt, sequence: receipt.sequence + 1n + BigInt(next(9)) }),
  "an earlier sequence": (receipt) => ({ ...receipt, sequence: receipt.sequence - 1n }),
  amount: (receipt, next) => ({ ...receipt, amount: receipt.amount + 1n + BigInt(next(9)) }),
  "more in all": (receipt, next) => ({ ...receipt, cumulative: receipt.cumulative + 1n + BigInt(next(9)) }),
  "less in all": (receipt) => ({ ...receipt, cumulative: receipt.cumulative - 1n }),
};

describe("findSettlementFault", () => {
  it("finds nothing in honest histories", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const settled = commitHonestly(drawHistory(generator(seed)));
      expect(find(settled)).to.deep.equal({ what: "clean" });
      expect(findSettlementFault(settled.chain, EARLIER, settled.store, [LATER])).to.deep.equal({ what: "clean" });
    }
  });

  it("hits no honest settlement with honest links, those of other trees and settlements, or bent ones and paths", () => {
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = generator(60_000 + seed);
      const settled = commitHonestly(drawHistory(next));
      const chain = bothPending(settled.chain);
      const strange = [commitHonestly(drawHistory(next)), commitHonestly(drawHistory(next))];
      for (let n = 0; n < PROOFS; n++) {
        const straight = drawSettlementProofs(next, settled, n % 2 === 0 ? [] : strange);
        const proofs = straight.flatMap((proof) => [proof, bendSettlementProof(next, proof)]);
        for (const proof of [...proofs, ...proofs.map(accuseEarlier)]) {
          const { verdict } = checkSettlementProof(chain, proof);
          expect(verdict, `history ${seed}: ${proof.name}`).not.to.equal("fault");
          const name = `${proof.name}: ${verdict}`;
          verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
        }
      }
    }
    for (const name of SETTLEMENT_PROOFS)
      for (const verdict of ["no fault", "refused"])
        expect(verdicts.get(`${name}: ${verdict}`), `${name}: ${verdict}`).to.be.greaterThan(SEEDS);
  });

  for (const [what, mutate] of Object.entries(MUTATIONS))
    it(`proves another ${what} of any receipt`, () => {
      for (let seed = 0; seed < SEEDS; seed++) {
        const next = generator(seed);
        const history = drawHistory(next);
        const place = next(history.later.length);
        const receipts = history.later.map((receipt, i) => (i === place ? mutate(receipt, next) : receipt));
        assertProven(withReceipts(history, receipts), `${what}, seed ${seed}, place ${place}`);
      }
    });

  it("proves two receipts in the wrong order", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = generator(seed);
      const history = drawHistory(next);
      const receipts = [...history.later];
      const place = next(receipts.length - 1);
      [receipts[place], receipts[place + 1]] = [receipts[place + 1]!, receipts[place]!];
      assertProven(withReceipts(history, receipts), `seed ${seed}, place ${place}`);
    }
  });

  it("proves what was settled again", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const history = drawHistory(generator(seed));
      assertProven(withReceipts(history, history.earlier), `seed ${seed}`, ["proveContinuity"]);
    }
  });

  it("proves a receipt or sketch that is missing, one too many, and a count that is not theirs", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = generator(seed);
      const history = drawHistory(next);
      const receipts: (WildLeaf | undefined)[] = receiptLeaves(history.later);
      const sketches: (WildLeaf | undefined)[] = sketchLeaves(history.sketches);
      const count = receipts.length;
      const place = next(count);
      const without = (leaves: (WildLeaf | undefined)[]) => leaves.map((leaf, i) => (i === place ? undefined : leaf));
      const more = { ...receipts[0]!, key: count + next(5) };
      const forms = ["proveReceiptForm", "proveSketchForm"];
      assertProven(commitHistory(history, without(receipts), sketches, count), "receipt missing", forms);
      assertProven(commitHistory(history, receipts, without(sketches), count), "sketch missing", forms);
      assertProven(commitHistory(history, [...receipts, more], sketches, count), "receipt too many", forms);
      assertProven(commitHistory(history, receipts, sketches, count - 1), "count", forms);
      assertProven(commitHistory(history, receipts, sketches, count + 1), "count", forms);
    }
  });

  it("proves a sketch of another receipt", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = generator(seed);
      const history = drawHistory(next);
      const place = next(history.sketches.length);
      const sketches = structuredClone(history.sketches);
      sketches[place]!.receiptHash[next(32)]! ^= 1;
      const settled = commitHistory(
        history,
        receiptLeaves(history.later),
        sketchLeaves(sketches),
        history.later.length,
      );
      assertProven(settled, `seed ${seed}`, ["proveSketchReceipt"]);
    }
  });

  it("proves a malformed node or payload, whichever it is", () => {
    let bent = 0;
    for (let seed = 0; seed < 6 * SEEDS; seed++) {
      const next = generator(seed);
      const history = drawHistory(next);
      const { later, sketches } = history;
      const what: string[] = [];
      const bending = bendTrees(next, what, 4 * later.length + 40);
      const settled = commitHistory(history, receiptLeaves(later), sketchLeaves(sketches), later.length, bending);
      const before = commitHonestly(history).chain.settlementOf(LATER)!;
      const after = settled.chain.settlementOf(LATER)!;
      if (sameRoots(before, after)) continue;
      bent++;
      const finding = find(settled);
      // A hash of nothing that anybody has is answered by a demand.
      if (finding.what === "demand") expect(finding.demands).not.to.be.empty;
      else assertProven(settled, `seed ${seed}: ${what.join()}`);
    }
    expect(bent, "bent").to.be.greaterThan(SEEDS);
  });

  it("proves a channel that was charged more than was claimed from it, until it is claimed", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = generator(seed);
      const history = drawHistory(next);
      const [channel, all] = [...history.claimed][next(3)]!;
      const less = new Map(history.claimed).set(channel, all - 1n - BigInt(next(Number(all))));
      assertProven(commitHonestly({ ...history, claimed: less }), `seed ${seed}`, ["proveUncovered"]);
      const settled = commitHonestly(history);
      expect(find(settled)).to.deep.equal({ what: "clean" });
      const { chain } = commitHonestly({ ...history, claimed: less });
      const blind = { ...settled, chain: { ...chain, channels: undefined } };
      expect(find(blind), "without a channel contract").to.deep.equal({ what: "clean" });
    }
  });

  it("proves a channel that pays somebody else, or another token, once it is known what it pays", () => {
    const strange = `0x${"9d".repeat(20)}` as const;
    for (let seed = 0; seed < SEEDS; seed++) {
      const history = drawHistory(generator(seed), seed % 2 === 0 ? { receiver: strange } : { token: strange });
      const settled = commitHonestly(history);
      assertProven(settled, `seed ${seed}`, ["proveForeignChannel"]);
      expect(find({ ...settled, configs: new Map() })).to.deep.equal({ what: "clean" });
    }
  });

  it("asks for what was not shown", () => {
    const settled = commitHonestly(drawHistory(generator(1)));
    const finding = findSettlementFault(settled.chain, LATER, new PreimageStore(), [EARLIER]);
    expect(finding.what).to.equal("demand");
    if (finding.what === "demand")
      expect(
        finding.demands.map(({ commitment, level }) => [commitment.kind.name, commitment.id, commitment.sub, level]),
      ).to.deep.equal([
        ["receipt", LATER, 0, 0],
        ["sketch", LATER, 1, 0],
      ]);
  });
});

function sameRoots(a: ReturnType<SettledHistory["chain"]["settlementOf"]>, b: typeof a): boolean {
  const text = (facts: typeof a): string =>
    JSON.stringify(
      [facts!.receipts, facts!.sketches!.root].map(({ hash, sum }) => [
        Buffer.from(hash).toString("hex"),
        sum.toString(),
      ]),
    );
  return text(a) === text(b);
}

// Every way to commit a wrong index, with a proof of it; honest indexes are hit by nothing.
import { NONE } from "@tributary/protocol/bytes";
import { INDEX } from "@tributary/protocol/kinds";
import { checkIndexProof } from "@tributary/protocol/proofs/check-index-proof";
import { layoutAt } from "@tributary/protocol/proofs/index-facts";
import type { IndexProof } from "@tributary/protocol/proofs/index-proof";
import { expect } from "chai";
import { generator } from "../attribution/test/random-epoch.ts";
import { buildIndex } from "../index/build-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { findIndexFault } from "./find-index-fault.ts";
import { PreimageStore } from "./preimage-store.ts";
import { bendIndexProof } from "./test/bend-proof.ts";
import { commitStraight, type DrawnIndex, drawIndex, INDEX_BENDS } from "./test/drawn-index.ts";
import { honestIndexProof } from "./test/index-proofs.ts";

const ACCUSED = { version: 4n, sub: 0 };
const INDEXES = Number(process.env["BENT_INDEXES"] ?? 40);
const PROOFS = 60;

const drawn = new Map<number, Promise<DrawnIndex>>();

function indexOf(seed: number): Promise<DrawnIndex> {
  const known = drawn.get(seed) ?? drawIndex(seed);
  drawn.set(seed, known);
  return known;
}

describe("findIndexFault", function () {
  this.timeout(300_000);

  it("says of honest indexes that they are sound, from their tables or from preimages", async () => {
    for (let seed = 0; seed < INDEXES; seed++) {
      const index = await indexOf(seed);
      const { facts, known } = commitStraight(index);
      expect(Buffer.compare(facts.root.hash, index.tree.root.hash), `index ${seed}`).to.equal(0);
      expect(await findIndexFault(facts, ACCUSED, known), `index ${seed}`).to.deep.equal({ what: "sound" });
      const fromTable = { source: new PreimageStore(), twins: [index.tree], contentTreeOf: index.contentTreeOf };
      expect(await findIndexFault(facts, ACCUSED, fromTable), `index ${seed}`).to.deep.equal({ what: "sound" });
    }
  });

  for (const [what, bend] of Object.entries(INDEX_BENDS)) {
    it(`proves ${what}`, async () => {
      let told = 0;
      for (let seed = 0; seed < INDEXES; seed++) {
        const bent = bend(generator(90_000 + seed), await indexOf(seed));
        if (bent === undefined) continue;
        told++;
        const found = await findIndexFault(bent.facts, ACCUSED, bent.known);
        if (found.what !== "proof") throw new Error(`index ${seed}, ${bent.what}: ${found.what}`);
        expect(checkIndexProof(bent.facts, found.proof), `index ${seed}`).to.deep.equal({ verdict: "fault" });
      }
      expect(told, "indexes to which it can be done").to.be.at.least(INDEXES / 4);
    });
  }

  it("proves a fault behind more withdrawn copies than it looks at candidates", async () => {
    const COPIES = 70;
    const count = COPIES + 2;
    const method = (await indexOf(0)).method;
    const { k } = method;
    const contributionIds = BigUint64Array.from({ length: count }, (_, place) =>
      place === 0 ? 1n : place <= COPIES ? 2n : 3n,
    );
    const sketches = new Int8Array(count * k);
    for (const place of [0, count - 1]) sketches[place * k] = 100;
    const index = await buildIndex(
      {
        ...{ recordHashes: new Uint8Array(32 * count).fill(7), contentSignatures: new Uint8Array(32 * count) },
        ...{ contributionIds, withdrawn: new Set([2n]) },
        recordIndexes: Uint32Array.from(contributionIds, (id, place) => (id === 2n ? place - 1 : 0)),
      },
      { count, k, sketches, scales: Uint32Array.from(contributionIds, (id) => (id === 2n ? 0 : 5)) },
      method,
    );
    const accepted = [0, 1, COPIES + 1].map((recordsBefore, i) => ({ contribution: BigInt(i + 1), recordsBefore }));
    const { tau, delta, signatureMatch } = method;
    const judge = (tree: PayloadTree) =>
      findIndexFault(
        {
          ...{ root: tree.root, records: count, k, rule: { tau, delta, signatureMatch } },
          layout: [{ accepted, records: count }],
          contentOf: () => undefined,
          isWithdrawn: (contribution) => contribution === 2n,
        },
        ACCUSED,
        { source: new PreimageStore(), twins: [tree] },
      );
    expect(await judge(buildIndexTree(index))).to.deep.equal({ what: "sound" });
    index.novelties[count - 1] = 255;
    index.witnesses[count - 1] = NONE;
    const found = await judge(buildIndexTree(index));
    expect(found).to.have.nested.property("proof.name", "proveNovelty");
  });

  it("hits no honest index with honest links, those of other trees, or bent ones", async () => {
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < INDEXES; seed++) {
      const next = generator(40_000 + seed);
      const [index, other] = [await indexOf(seed), await indexOf((seed + 1) % INDEXES)];
      for (let n = 0; n < PROOFS; n++) {
        const straight = honestIndexProof(next, next(4) === 0 ? other : index);
        const proof: IndexProof = next(2) === 0 ? straight : bendIndexProof(next, straight);
        const verdict = checkIndexProof(index.facts, proof);
        expect(verdict.verdict, `index ${seed}: ${proof.name}`).not.to.equal("fault");
        verdicts.set(verdict.verdict, (verdicts.get(verdict.verdict) ?? 0) + 1);
      }
    }
    expect(verdicts.get("no fault")).to.be.greaterThan(INDEXES);
    expect(verdicts.get("refused")).to.be.greaterThan(INDEXES);
  });

  it("demands what was not shown, from the root on", async () => {
    const { facts } = commitStraight(await indexOf(3));
    const found = await findIndexFault(facts, ACCUSED, { source: new PreimageStore() });
    if (found.what !== "demand") throw new Error(found.what);
    expect(found.demand).to.include({ level: 0, index: 0n });
    expect(found.demand.commitment).to.deep.equal({ kind: INDEX, id: 4n, sub: 0 });
  });

  it("demands the root alone of an index that nobody shows, and makes no room for the records that it states", async () => {
    const { facts } = commitStraight(await indexOf(3));
    const most = { ...facts, records: 2 ** 32 - 1, root: { ...facts.root, sum: 2n ** 32n - 1n } };
    const before = performance.now();
    const found = await findIndexFault(most, ACCUSED, { source: new PreimageStore() });
    expect(performance.now() - before).to.be.lessThan(1_000);
    if (found.what !== "demand") throw new Error(found.what);
    expect(found.demand).to.include({ level: 0, index: 0n });
    expect(found.others).to.deep.equal([]);
  });

  it("finds the record of each place in a layout", () => {
    const layout = [
      { accepted: [{ contribution: 5n, recordsBefore: 0 }], records: 2 },
      {
        accepted: [
          { contribution: 7n, recordsBefore: 0 },
          { contribution: 8n, recordsBefore: 1 },
        ],
        records: 4,
      },
    ];
    const places = Array.from({ length: 7 }, (_, place) => layoutAt(layout, place));
    expect(places.map((found) => found && [found.contribution, found.recordIndex, found.accepted])).to.deep.equal([
      [5n, 0, 0],
      [5n, 1, 0],
      [7n, 0, 0],
      [8n, 0, 1],
      [8n, 1, 1],
      [8n, 2, 1],
      undefined,
    ]);
  });
});

// Inputs that were malformed when they became ready: they count as absent, and payouts follow from the roots all the same.
import { expect } from "chai";
import { INDEX, type Kind, MOST_PAYLOAD, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { checkProof } from "@tributary/protocol/proofs/check-proof";
import { attributeEpoch } from "../attribution/epoch.ts";
import { generator } from "../attribution/test/random-epoch.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { u128At } from "../trees/u128-words.ts";
import { readCommittedSettlement } from "./committed-inputs.ts";
import { findFault } from "./find-fault.ts";
import { type CommittedTree, inputTree } from "./honest-epoch.ts";
import { PreimageStore } from "./preimage-store.ts";
import { MissingNode } from "./shown-tree.ts";
import { bendProposal } from "./test/bend-proposal.ts";
import { honestCandidates } from "./test/honest-candidates.ts";
import { malformedEpoch, recommit } from "./test/malformed-inputs.ts";
import { buildProposal, buildWildTree, plainProposal } from "./test/plain-proposal.ts";
import { honestOf, smallInputs } from "./test/small-epoch.ts";

const EPOCHS = 60;
/** Of these every proof over honest leaves is tried. */
const TRIED_EPOCHS = 6;

function rootsOf({ groups, payouts }: { groups: Node; payouts: Node }): string[] {
  return [groups, payouts].map(({ hash, sum }) => `${Buffer.from(hash).toString("hex")} ${sum}`);
}

/** The tree with a first leaf of so many bytes. */
function withLongLeaf(kind: Kind, tree: PayloadTree, count: number, bytes: number): CommittedTree {
  const leaves = Array.from({ length: count }, (_, key) => {
    const payload = new Uint8Array(key === 0 ? bytes : tree.payload(key)!.length);
    payload.set(tree.payload(key)!);
    return { key, sum: tree.node(kind.depth, key).sum, payload };
  });
  const source = new PreimageStore();
  const { hash, sum } = buildWildTree(kind, [], leaves, {}, source);
  return { root: { hash, sum }, source };
}

describe("committed inputs", function () {
  this.timeout(120_000);

  it("give what the tables give where the trees are well-formed", async () => {
    for (let seed = 0; seed < EPOCHS; seed++) {
      const inputs = smallInputs(seed);
      const expected = await attributeEpoch(inputs);
      const read = await attributeEpoch(recommit(inputs, (_kind, tree) => tree).inputs);
      const [a, b] = [expected, read].map(({ groupsTree, payoutsTree }) =>
        rootsOf({ groups: groupsTree.root, payouts: payoutsTree.root }),
      );
      expect(b).to.deep.equal(a);
    }
  });

  it("leave hashes, lists and amounts of what counts as absent at 0", async () => {
    const seen = { receipts: 0, sketches: 0, both: 0 };
    for (let seed = 0; seed < EPOCHS; seed++) {
      const { epoch } = await malformedEpoch(seed);
      for (const { mapped } of epoch.groups) {
        for (let call = 0; call < mapped.calls; call++) {
          const hasReceipt = mapped.receiptHashes.subarray(32 * call, 32 * call + 32).some((byte) => byte !== 0);
          const hasSketch = mapped.sketchHashes.subarray(32 * call, 32 * call + 32).some((byte) => byte !== 0);
          if (!hasReceipt) seen.receipts++;
          if (!hasReceipt && u128At(mapped.amounts, call) > 0n) seen.both++;
          if (hasSketch) continue;
          seen.sketches++;
          expect([...mapped.lists.counts.subarray(2 * call, 2 * call + 2)]).to.deep.equal([0, 0]);
        }
      }
    }
    for (const [what, times] of Object.entries(seen)) expect(times, what).to.be.greaterThan(0);
  });

  it("count a leaf as absent that has more bytes than an answer shows", async () => {
    for (const [kind, bytes] of [
      [RECEIPT, MOST_PAYLOAD + 1],
      [RECEIPT, 40_000],
      [SKETCH, 40_000],
      [INDEX, 40_000],
    ] as const) {
      const { inputs } = recommit(smallInputs(2), (of, tree, count) =>
        of === kind && count > 0 ? withLongLeaf(of, tree, count, bytes) : tree,
      );
      const [group] = inputs.groups;
      const [settlement] = group!.settlements;
      expect(settlement!.receipts.count).to.be.greaterThan(1);
      const told = `${kind.name} of ${bytes} bytes`;
      const { receiptHashes, sketchHashes } = settlement!.calls!;
      const present = {
        [RECEIPT.name]: receiptHashes,
        [SKETCH.name]: sketchHashes,
        [INDEX.name]: group!.index.recordHashes,
      };
      for (const [name, hashes] of Object.entries(present)) {
        const isThere = (place: number): boolean =>
          hashes.subarray(32 * place, 32 * place + 32).some((byte) => byte !== 0);
        expect(isThere(0), `${told}: ${name} 0`).to.equal(name !== kind.name);
        expect(isThere(1), `${told}: ${name} 1`).to.equal(true);
      }
      const epoch = await attributeEpoch(inputs);
      expect(epoch.groups.length, told).to.equal(inputs.groups.length);
    }
  });

  it("make an honest proposal that no proof ends", async () => {
    for (let seed = 0; seed < TRIED_EPOCHS; seed++) {
      for (const honest of [await malformedEpoch(seed), await honestOf(smallInputs(seed))]) {
        const { groupsTree, payoutsTree } = honest.epoch;
        const facts = honest.factsFor(groupsTree.root, payoutsTree.root);
        for (const proof of honestCandidates(honest)) {
          const verdict = checkProof(facts, proof);
          if (verdict.verdict !== "no fault") expect(verdict, `epoch ${seed}, ${proof.name}`).to.have.property("error");
        }
      }
    }
  });

  it("do not shelter lies", async () => {
    let proven = 0;
    for (let seed = 0; seed < EPOCHS; seed++) {
      const next = generator(seed);
      const honest = await malformedEpoch(seed);
      const text = plainProposal(honest);
      const { groupsTree, payoutsTree } = honest.epoch;
      expect(rootsOf(buildProposal(text))).to.deep.equal(
        rootsOf({ groups: groupsTree.root, payouts: payoutsTree.root }),
      );
      for (let n = 0; n < 6; n++) {
        const { plain, what } = bendProposal(next, text);
        const accused = buildProposal(plain);
        const found = findFault(honest, { epoch: 3n, proposal: 0, ...accused }, accused.store);
        const told = `epoch ${seed}: ${what.join("; ")}`;
        if (found.what === "honest") continue;
        if (found.what !== "proof") throw new Error(`${told}: ${found.what}`);
        expect(checkProof(honest.factsFor(accused.groups, accused.payouts), found.proof), told).to.deep.equal({
          verdict: "fault",
        });
        proven++;
      }
    }
    expect(proven).to.be.greaterThan(EPOCHS);
  });

  it("name the node that was not shown", () => {
    const hidden = { root: { hash: new Uint8Array(32).fill(7), sum: 3n }, source: { get: () => undefined } };
    const read = (): unknown =>
      readCommittedSettlement(
        1n,
        9n,
        2,
        32,
        inputTree({ kind: RECEIPT }, hidden),
        inputTree({ kind: SKETCH, k: 32 }, hidden),
      );
    expect(read).to.throw(MissingNode, "level 0, index 0 of a tree of kind receipt was not shown");
  });
});

// Attacks by the author of a payouts root: trees whose sums do not add up must not pay more than the root's sum.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { epochOver, type EpochOver, settleEpoch } from "../support/protocol.ts";

const DEPTH = 28;
const PAYLOAD_HASH = ethers.id("payload");

type Node = { hash: string; sum: bigint };

function leaf(key: bigint, sum: bigint): Node {
  const hash = ethers.solidityPackedKeccak256(["uint8", "uint64", "uint128", "bytes32"], [0, key, sum, PAYLOAD_HASH]);
  return { hash, sum };
}

/** An inner node; its author may state other child sums than the children have. */
function inner(left: Node, right: Node): Node {
  const hash = ethers.solidityPackedKeccak256(
    ["uint8", "bytes32", "uint128", "bytes32", "uint128"],
    [1, left.hash, left.sum, right.hash, right.sum],
  );
  return { hash, sum: (left.sum + right.sum) % 2n ** 128n };
}

const ABSENT: Node = { hash: ethers.ZeroHash, sum: 0n };

/** A tree of the two leaves 2 and 3, which are siblings, in which the pair's parent states the given sums for them. */
function forged(stated: { two: Node; three: Node; pair?: bigint }) {
  const pair = inner(stated.two, stated.three);
  let root = { hash: pair.hash, sum: stated.pair ?? pair.sum };
  // Node 1 at level 27 is a right child; above it, everything is leftmost.
  root = inner(ABSENT, root);
  for (let level = DEPTH - 2; level > 0; level--) root = inner(root, ABSENT);
  return root;
}

function openingWith(sibling: Node): string {
  const present = 1 << (DEPTH - 1);
  return ethers.solidityPacked(["uint8", "uint32", "bytes32", "uint128"], [DEPTH, present, sibling.hash, sibling.sum]);
}

async function claims(p: EpochOver, root: Node, items: { key: bigint; cumulative: bigint; sibling: Node }[]) {
  await settleEpoch(p, root);
  return items.map(({ key, cumulative, sibling }) => ({
    position: key,
    cumulative,
    payloadHash: PAYLOAD_HASH,
    opening: openingWith(sibling),
  }));
}

describe("a payouts root whose sums do not add up", () => {
  it("honest sums: both leaves open, and together they are the root's sum", async () => {
    const p = await loadFixture(epochOver);
    const [two, three] = [leaf(2n, p.pools - 5n), leaf(3n, 5n)];
    const both = await claims(p, forged({ two, three }), [
      { key: 2n, cumulative: two.sum, sibling: three },
      { key: 3n, cumulative: three.sum, sibling: two },
    ]);
    await expect(p.vault.claim(both)).to.changeTokenBalance(ethers, p.token, p.vault, -p.pools);
  });

  it("a leaf larger than its parent states does not open", async () => {
    const p = await loadFixture(epochOver);
    const [two, three] = [leaf(2n, p.pools), leaf(3n, p.pools)];
    const stated = { two: { ...two, sum: p.pools - 5n }, three: { ...three, sum: 5n } };
    const both = await claims(p, forged(stated), [
      { key: 2n, cumulative: p.pools, sibling: stated.three },
      { key: 3n, cumulative: p.pools, sibling: stated.two },
    ]);
    for (const claim of both) {
      await expect(p.vault.claim([claim])).to.be.revertedWithCustomError(p.vault, "InvalidClaim");
    }
  });

  it("a parent larger than the root states does not open", async () => {
    const p = await loadFixture(epochOver);
    const [two, three] = [leaf(2n, p.pools), leaf(3n, p.pools)];
    const both = await claims(p, forged({ two, three, pair: p.pools }), [
      { key: 2n, cumulative: p.pools, sibling: three },
      { key: 3n, cumulative: p.pools, sibling: two },
    ]);
    for (const claim of both) {
      await expect(p.vault.claim([claim])).to.be.revertedWithCustomError(p.vault, "InvalidClaim");
    }
  });

  it("sums that overflow to the right total do not open", async () => {
    const p = await loadFixture(epochOver);
    const two = leaf(2n, p.pools + 1n);
    const three = leaf(3n, 2n ** 128n - 1n);
    const root = forged({ two, three });
    expect(root.sum).to.equal(p.pools);
    const both = await claims(p, root, [
      { key: 2n, cumulative: two.sum, sibling: three },
      { key: 3n, cumulative: three.sum, sibling: two },
    ]);
    for (const claim of both) {
      await expect(p.vault.claim([claim])).to.be.revertedWithCustomError(p.vault, "InvalidClaim");
    }
    expect(await p.vault.unclaimed()).to.equal(p.pools);
  });

  it("an inner node does not pass for a leaf", async () => {
    const p = await loadFixture(epochOver);
    const [two, three] = [leaf(2n, p.pools - 5n), leaf(3n, 5n)];
    const [claim] = await claims(p, forged({ two, three }), [{ key: 2n, cumulative: p.pools, sibling: three }]);
    const shallow = ethers.solidityPacked(["uint8", "uint32"], [0, 0]);
    await expect(p.vault.claim([{ ...claim!, opening: shallow }])).to.be.revertedWithCustomError(
      p.vault,
      "InvalidClaim",
    );
  });
});

// Where the court refuses what the twin takes for a proof, the search goes on to another one.
import { NONE } from "@tributary/protocol/bytes";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import { checkProof } from "@tributary/protocol/proofs/check-proof";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { expect } from "chai";
import { type Hex, keccak256 } from "viem";
import { generator } from "../attribution/test/random-epoch.ts";
import { findFault, type Finding } from "./find-fault.ts";
import { type HonestEpoch, withPositionCount } from "./honest-epoch.ts";
import { bendProposal } from "./test/bend-proposal.ts";
import { LIST_LIES, RECEIPT_LIES } from "./test/lies/call-lies.ts";
import { NODE_LIES } from "./test/lies/node-lies.ts";
import { ORDER_LIES } from "./test/lies/order-lies.ts";
import { PAYOUT_LIES } from "./test/lies/payout-lies.ts";
import { type BuiltProposal, buildProposal, plainProposal } from "./test/plain-proposal.ts";
import { rederive } from "./test/rederive.ts";
import { honestOf, smallInputs } from "./test/small-epoch.ts";

const LIES = [...RECEIPT_LIES, ...NODE_LIES, ...ORDER_LIES, ...LIST_LIES, ...PAYOUT_LIES];
const SEEDS = 40;
/** In the last one is an entry that points at no tally, and ought to. */
const BENT_SEEDS = [...Array(12).keys(), 42];
const BENT_PROPOSALS = 12;
const named = { epoch: 3n, proposal: 0 };

/** What is found in turn, where the court refuses each proof that `isRefused` says. */
function* findings(
  honest: HonestEpoch,
  built: BuiltProposal,
  isRefused: (proof: Proof) => boolean = () => true,
): Generator<Finding> {
  const excluded = new Set<Hex>();
  for (;;) {
    const found = findFault(honest, { ...named, ...built }, built.store, undefined, excluded);
    yield found;
    if (found.what !== "proof" || !isRefused(found.proof)) return;
    const hash = keccak256(proofCalldata(named, found.proof));
    expect(excluded.has(hash), `${found.proof.name} is found again`).to.equal(false);
    excluded.add(hash);
  }
}

describe("findFault, with proofs that the court refuses", function () {
  this.timeout(60_000);

  it("finds another where it counts too few positions", async () => {
    let told = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const fresh = await honestOf(smallInputs(seed));
      const plain = plainProposal(fresh);
      const stolen = plain.groups
        .flatMap((group, g) => (group?.points ?? []).map((points) => ({ g, ...points })))
        .find(({ earningIndex }) => earningIndex !== NONE);
      if (stolen === undefined) continue;
      told++;
      // The position was minted after the positions were counted.
      const minted =
        1n + [...fresh.epoch.payouts.positions].reduce((most, p) => (BigInt(p) > most ? BigInt(p) : most), 1n);
      rederive(plain, fresh, {
        owner: (g, record, owner) => (g === stolen.g && record === stolen.record ? minted : owner),
      });
      const built = buildProposal(plain);
      const facts = withPositionCount(fresh, minted).factsFor(built.groups, built.payouts);
      const isRefused = (proof: Proof): boolean => checkProof(facts, proof).verdict !== "fault";
      const found = [...findings(withPositionCount(fresh, minted - 1n), built, isRefused)];
      expect(found.length, `epoch ${seed}`).to.be.within(2, 4);
      const last = found.at(-1)!;
      if (last.what !== "proof") throw new Error(`epoch ${seed}: ${last.what}`);
      expect(last.proof.name, `epoch ${seed}`).to.equal("proveOwner");
      const [right] = findings(withPositionCount(fresh, minted), built, isRefused);
      if (right?.what !== "proof") throw new Error(`epoch ${seed}: ${right?.what}`);
      expect(isRefused(right.proof), `epoch ${seed}, counted anew`).to.equal(false);
    }
    expect(told).to.be.at.least(10);
  });

  it("ends, whatever is told, though every proof is refused", async () => {
    let most = 0;
    for (const { name, tell, bending } of LIES) {
      for (let seed = 0; seed < SEEDS; seed++) {
        const honest = await honestOf(smallInputs(seed));
        const plain = plainProposal(honest);
        if (!tell(plain, honest)) continue;
        const found = [...findings(honest, buildProposal(plain, bending?.(plain, honest)))];
        expect(found.at(-1)!.what, name).to.be.oneOf(["unproven", "demand"]);
        most = Math.max(most, found.length);
        break;
      }
    }
    expect(most, "proofs of one lie").to.be.greaterThan(2);
  });

  it("does not throw, whatever is bent, where everything is refused", async () => {
    const everything = Object.assign(new Set<Hex>(["0x"]), { has: () => true });
    for (const seed of BENT_SEEDS) {
      const next = generator(seed);
      const honest = await honestOf(smallInputs(seed));
      const text = plainProposal(honest);
      for (let n = 0; n < BENT_PROPOSALS; n++) {
        const { plain, bending, what } = bendProposal(next, text);
        const built = buildProposal(plain, bending);
        const found = findFault(honest, { ...named, ...built }, built.store, undefined, everything);
        expect(found.what, `epoch ${seed}, ${n}: ${what.join("; ")}`).to.be.oneOf(["unproven", "demand", "honest"]);
      }
    }
  });
});

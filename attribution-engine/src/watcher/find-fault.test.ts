// Every statement of docs/faults.md as a lie, with a proof of it; shown as a whole, and demanded node by node.
import { expect } from "chai";
import { NONE } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { checkProof } from "@tributary/protocol/proofs/check-proof";
import { generator } from "../attribution/test/random-epoch.ts";
import { findFault } from "./find-fault.ts";
import type { HonestEpoch } from "./honest-epoch.ts";
import { bendProposal } from "./test/bend-proposal.ts";
import { LIST_LIES, RECEIPT_LIES } from "./test/lies/call-lies.ts";
import { NODE_LIES } from "./test/lies/node-lies.ts";
import { ORDER_LIES } from "./test/lies/order-lies.ts";
import { PAYOUT_LIES } from "./test/lies/payout-lies.ts";
import { buildProposal, plainProposal } from "./test/plain-proposal.ts";
import { PreimageStore } from "./preimage-store.ts";
import { rederive } from "./test/rederive.ts";
import { inquire } from "./test/simulated-answerer.ts";
import { honestOf, smallInputs } from "./test/small-epoch.ts";

const LIES = [...RECEIPT_LIES, ...NODE_LIES, ...ORDER_LIES, ...LIST_LIES, ...PAYOUT_LIES];
const SEEDS = 120;
/** Each lie is told about so many epochs. */
const TOLD = 3;
const accusedAs = { epoch: 3n, proposal: 0 };

/** Answers of a whole descent into a tree (docs/faults.md, Availability). */
const GROUP_ROUNDS = 5;
const POINTS_ROUNDS = 8;
/** Groups, points and tallies, and then trace and entries of a call that a tally names. */
const MOST_ROUNDS = 20 + 10;
const BENT_EPOCHS = Number(process.env["BENT_EPOCHS"] ?? 20);
const BENT_PROPOSALS = 12;

const known = new Map<number, Promise<HonestEpoch>>();

function epochOf(seed: number): Promise<HonestEpoch> {
  const honest = known.get(seed) ?? honestOf(smallInputs(seed));
  known.set(seed, honest);
  return honest;
}

function isSame(a: Node, b: Node): boolean {
  return a.sum === b.sum && Buffer.compare(a.hash, b.hash) === 0;
}

describe("findFault", function () {
  this.timeout(600_000);

  for (const { statement, name, expected, tell, bending } of LIES) {
    const isProven = !expected.includes("unanswerable");
    it(`${isProven ? "proves" : "ends for"} ${statement}: ${name}`, async () => {
      let told = 0;
      for (let seed = 0; seed < SEEDS && told < TOLD; seed++) {
        const honest = await epochOf(seed);
        const plain = plainProposal(honest);
        if (!tell(plain, honest)) continue;
        told++;
        const accused = buildProposal(plain, bending?.(plain, honest));
        const found = findFault(honest, { ...accusedAs, ...accused }, accused.store);
        const { end, rounds } = inquire(honest, accused);
        const facts = honest.factsFor(accused.groups, accused.payouts);
        if (!isProven) {
          expect(found.what, `epoch ${seed}`).to.equal("demand");
          expect(end.what, `epoch ${seed}, demanded`).to.equal("unanswered");
        } else {
          if (found.what !== "proof") throw new Error(`epoch ${seed}: ${found.what}`);
          expect(expected, `epoch ${seed}`).to.include(found.proof.name);
          expect(checkProof(facts, found.proof)).to.deep.equal({ verdict: "fault" });
        }
        expect(rounds, `epoch ${seed}, demanded`).to.be.at.most(MOST_ROUNDS);
        expect(end.what, `epoch ${seed}, demanded`).to.be.oneOf(["proof", "unanswered"]);
        if (end.what === "proof") expect(checkProof(facts, end.proof)).to.deep.equal({ verdict: "fault" });
      }
      expect(told, "epochs about which the lie can be told").to.equal(TOLD);
    });
  }

  it("ends with a proof, or a demand without an answer, whatever is bent", async () => {
    let most = 0;
    for (let seed = 0; seed < BENT_EPOCHS; seed++) {
      const next = generator(seed);
      const honest = await epochOf(seed);
      const text = plainProposal(honest);
      for (let n = 0; n < BENT_PROPOSALS; n++) {
        const { plain, bending, what } = bendProposal(next, text);
        const accused = buildProposal(plain, bending);
        const isHonest =
          isSame(accused.groups, honest.epoch.groupsTree.root) &&
          isSame(accused.payouts, honest.epoch.payoutsTree.root);
        const found = findFault(honest, { ...accusedAs, ...accused }, accused.store);
        const { end, rounds } = inquire(honest, accused);
        most = Math.max(most, rounds);
        const told = `epoch ${seed}, ${n}: ${what.join("; ")}`;
        expect(found.what, told).to.be.oneOf(isHonest ? ["honest"] : ["proof", "demand"]);
        expect(end.what, `${told}, demanded`).to.be.oneOf(isHonest ? ["honest"] : ["proof", "unanswered"]);
        if (found.what === "demand") expect(end.what, told).to.equal("unanswered");
      }
    }
    expect(most).to.be.at.most(MOST_ROUNDS);
  });

  it("says of honest proposals that they are, whatever was shown", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const honest = await epochOf(seed);
      const { groupsTree, payoutsTree } = honest.epoch;
      const roots = { ...accusedAs, groups: groupsTree.root, payouts: payoutsTree.root };
      expect(findFault(honest, roots, new PreimageStore())).to.deep.equal({ what: "honest" });
    }
  });

  it("rebuilds honest proposals by the rules that consistent lies follow", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const honest = await epochOf(seed);
      const plain = plainProposal(honest);
      rederive(plain, honest);
      const { groups, payouts } = buildProposal(plain);
      expect(isSame(groups, honest.epoch.groupsTree.root)).to.equal(true);
      expect(isSame(payouts, honest.epoch.payoutsTree.root)).to.equal(true);
    }
  });

  it("ends in a demand that nobody can answer where a node is withheld", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const honest = await epochOf(seed);
      const plain = plainProposal(honest);
      if (plain.payouts.length === 0) continue;
      plain.payouts[0]!.cumulative += 1n;
      const { end } = inquire(honest, buildProposal(plain), ({ commitment }) => commitment.kind.name === "payout");
      if (end.what !== "unanswered") throw new Error(`epoch ${seed}: ${end.what}`);
      expect(end.demand).to.include({ level: 0, index: 0n });
    }
  });

  it("finds a fault in few rounds of demands", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const honest = await epochOf(seed);
      const plain = plainProposal(honest);
      const points = plain.groups.flatMap((group) => group?.points ?? []);
      const record = points.find(({ earningIndex }) => earningIndex !== NONE);
      if (record === undefined) continue;
      record.net += 1n;
      expect(inquire(honest, buildProposal(plain)).rounds).to.be.at.most(GROUP_ROUNDS + POINTS_ROUNDS);
    }
  });
});

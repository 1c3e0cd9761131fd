// Tests of what is done about a faulty proposal while demands of its trees are unanswered: whoever made the demand that ends it is paid.
import { encodeDemand, type Demand } from "@tributary/protocol/demand";
import { GROUP } from "@tributary/protocol/kinds";
import { unusedLink } from "@tributary/protocol/proofs/link";
import { expect } from "chai";
import { type Address, keccak256, numberToHex } from "viem";
import type { Finding } from "../watcher/find-fault.ts";
import type { NodeDemand } from "../watcher/shown-tree.ts";
import { accusingDuties } from "./accuse.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { ProposalView } from "./proposals.ts";
import { ledgerAt } from "./test/ledger-at.ts";

const NOW = 100_000;
const ROUND = 600;
const node = { hash: new Uint8Array(32).fill(7), sum: 1n };
const [accuser, sybil, contract] = [1, 2, 3].map((n) => numberToHex(n, { size: 20 })) as [Address, Address, Address];
const contracts = ledgerAt(contract);

const proof: Finding = { what: "proof", proof: { name: "proveGroup", group: unusedLink() } };
const searching: Finding = { what: "demand", demand: wanted(3n), others: [] };

function place(index: bigint): Demand {
  return { commitment: { kind: GROUP, id: 5n, sub: 0 }, path: [], level: GROUP.depth, index };
}

function wanted(index: bigint): NodeDemand {
  return { ...place(index), node, parents: [], opening: new Uint8Array(1) };
}

/** Somebody's open demand. @param left seconds until it is overdue */
function demanded(demander: Address, index: bigint, left: number): MadeDemand {
  const demand = place(index);
  const key = keccak256(encodeDemand(demand));
  const deadline = NOW + left;
  return { id: index, demander, demand, key, node, deposit: 1n, deadline, status: "open", answer: undefined };
}

/** What is to be done. @param left seconds until the proposal can be finalised */
function dutiesFor(finding: Finding, made: MadeDemand[], left: number): string[] {
  const proposal: ProposalView = {
    epoch: 5n,
    proposal: 0,
    proposer: sybil,
    finalizableAt: NOW + left,
    status: "pending",
    bond: 10n,
    groups: node,
    payouts: node,
    bundleHash: `0x${"00".repeat(32)}`,
  };
  const accusation = { contracts, proposal, finding, made, accuser, roundSeconds: ROUND, now: NOW };
  return accusingDuties(accusation).map(({ kind, key }) => (kind === "ending" ? key : kind));
}

const endOf = (id: bigint): string => `end ${contract} ${id}`;

describe("accusingDuties", () => {
  it("sends a proof, whatever was left unanswered", () => {
    const made = [demanded(sybil, 1n, -1), demanded(accuser, 2n, -1)];
    expect(dutiesFor(proof, made, 9 * ROUND)).to.deep.equal(["proof"]);
    expect(dutiesFor(proof, made, ROUND - 1)).to.deep.equal(["proof"]);
  });

  it("ends by the accuser's own demand before that of another", () => {
    const made = [demanded(sybil, 1n, -1), demanded(accuser, 2n, -1)];
    expect(dutiesFor(searching, made, ROUND - 1)).to.deep.equal([endOf(2n)]);
  });

  it("goes on with demands of its own while there is time for another round", () => {
    const made = [demanded(sybil, 1n, -1)];
    expect(dutiesFor(searching, made, ROUND)).to.deep.equal(["demand"]);
    expect(dutiesFor(searching, made, ROUND - 1)).to.deep.equal([endOf(1n)]);
  });

  it("awaits answers while there is time, rather than use another's demand", () => {
    const made = [demanded(sybil, 1n, -1), demanded(accuser, 3n, 5)];
    expect(dutiesFor(searching, made, ROUND)).to.deep.equal([]);
    expect(dutiesFor(searching, made, ROUND - 1)).to.deep.equal([endOf(1n)]);
  });

  it("uses another's demand where it is for the very node, and nothing else can be demanded", () => {
    expect(dutiesFor(searching, [demanded(sybil, 3n, -1)], 9 * ROUND)).to.deep.equal([endOf(3n)]);
    expect(dutiesFor({ what: "unproven" }, [demanded(sybil, 1n, -1)], 9 * ROUND)).to.deep.equal([endOf(1n)]);
  });

  it("does not end by a demand that can still be answered", () => {
    expect(dutiesFor(searching, [demanded(sybil, 3n, 0)], ROUND - 1)).to.deep.equal([]);
    expect(dutiesFor(searching, [{ ...demanded(sybil, 1n, -1), status: "answered" }], 9)).to.deep.equal(["demand"]);
  });
});

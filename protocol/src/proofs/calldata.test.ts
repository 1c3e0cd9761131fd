// Tests of proofs as calldata: arguments in the order of IFaultProofs, whatever order an object has them in.
import { expect } from "chai";
import { decodeFunctionData, type Abi } from "viem";
import { iFaultProofsAbi } from "../abi/ifault-proofs.ts";
import { proofCalldata } from "./calldata.ts";
import { costOfProof } from "./cost.ts";
import { type Link, unusedLink } from "./link.ts";
import { linksOf, type Proof, proofArguments } from "./proof.ts";

function link(key: number): Link {
  return { ...unusedLink(), key: BigInt(key), payload: Uint8Array.of(key, 0), opening: Uint8Array.of(0, 0, 0, 0, 0) };
}

/** One of each, with its fields in another order than the contract's. */
const PROOFS: Proof[] = [
  { receipt: link(3), call: [link(1), link(2)], settlement: 9n, name: "proveReceipt" },
  { sketch: link(3), call: [link(1), link(2)], settlement: 9n, name: "proveSketchHash" },
  {
    record: link(5),
    sketch: link(4),
    entry: link(3),
    call: [link(1), link(2)],
    settlement: 9n,
    name: "proveInfluence",
  },
  {
    record: link(6),
    sketch: link(5),
    entry: link(4),
    before: link(3),
    call: [link(1), link(2)],
    settlement: 9n,
    name: "proveOmission",
  },
  { entry: link(3), call: [link(1), link(2)], name: "provePoints" },
  { tally: [link(4), link(5)], entry: [link(1), link(2), link(3)], name: "proveMirror" },
  { points: [link(1), link(2)], name: "proveNet" },
  { record: link(3), points: [link(1), link(2)], name: "proveOwner" },
  { earning: [link(3), link(4)], points: [link(1), link(2)], name: "proveEarning" },
  { earning: [link(2)], group: link(1), name: "proveFallback" },
  { previous: link(2), payout: link(1), name: "proveBalance" },
  { node: [link(1)], inPayouts: true, name: "proveMalformed" },
  { group: link(1), name: "proveGroup" },
  { leaf: [link(1), link(2)], inPayouts: false, name: "proveMisplaced" },
  { second: link(3), first: [link(1), link(2)], inPayouts: true, name: "proveUnordered" },
  { present: link(3), missing: [link(1), link(2)], inPayouts: true, name: "proveGap" },
];

describe("proofCalldata", () => {
  it("encodes each function of IFaultProofs that proves something", () => {
    const named = iFaultProofsAbi.filter(({ type, name }) => type === "function" && name.startsWith("prove"));
    expect(PROOFS.map(({ name }) => name).sort()).to.deep.equal(named.map(({ name }) => name).sort());
  });

  for (const proof of PROOFS) {
    it(`puts the arguments of ${proof.name} in the contract's order`, () => {
      const item = iFaultProofsAbi.find(({ type, name }) => type === "function" && name === proof.name)!;
      const [accused, ...names] = item.inputs.map(({ name }) => name);
      expect(accused).to.equal("accused");
      const values = proof as unknown as Record<string, unknown>;
      expect(proofArguments(proof)).to.deep.equal(names.map((name) => values[name]));
      expect(linksOf(proof).map(({ key }) => key)).to.deep.equal(linksOf(proof).map((_, i) => BigInt(i + 1)));
      const { functionName, args } = decodeFunctionData({
        abi: iFaultProofsAbi as Abi,
        data: proofCalldata({ epoch: 4n, proposal: 2 }, proof),
      });
      expect(functionName).to.equal(proof.name);
      expect(args![0]).to.deep.equal({ epoch: 4n, proposal: 2 });
      expect(args).to.have.length(names.length + 1);
    });
  }
});

describe("costOfProof", () => {
  it("grows with the bytes and the levels of a proof", () => {
    const proof: Proof = { name: "proveGroup", group: link(1) };
    const longer: Proof = { name: "proveGroup", group: { ...link(1), payload: new Uint8Array(90).fill(1) } };
    const deeper: Proof = { name: "proveGroup", group: { ...link(1), opening: Uint8Array.of(16, 0, 0, 0, 0) } };
    expect(costOfProof(longer)).to.be.greaterThan(costOfProof(proof));
    expect(costOfProof(deeper)).to.be.greaterThan(costOfProof(proof));
  });
});

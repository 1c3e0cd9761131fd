// Tests of proofs of index faults as calldata: arguments in the contract's order, whatever order an object has them in.
import { expect } from "chai";
import { decodeFunctionData } from "viem";
import { indexProofsAbi } from "../abi/index-proofs.ts";
import { costOfIndexProof, type IndexProof, indexProofCalldata, linksOfIndexProof } from "./index-proof.ts";
import { type Link, linkArgument, unusedLink } from "./link.ts";

function link(key: number): Link {
  return { ...unusedLink(), key: BigInt(key), payload: Uint8Array.of(key, 0), opening: Uint8Array.of(0, 0, 0, 0, 0) };
}

const PROOFS: IndexProof[] = [
  { node: link(1), name: "proveForm" },
  { accepted: 7n, record: link(1), name: "proveLayout" },
  { content: link(2), record: link(1), name: "proveContent" },
  { earlier: link(2), record: link(1), name: "proveNovelty" },
];

describe("indexProofCalldata", () => {
  it("encodes each function of IndexProofs that proves something", () => {
    const named = indexProofsAbi.filter((item) => item.type === "function").map(({ name }) => name);
    const proving = named.filter((name) => name.startsWith("prove"));
    expect(PROOFS.map(({ name }) => name).sort()).to.deep.equal([...proving].sort());
  });

  for (const proof of PROOFS) {
    it(`puts the arguments of ${proof.name} in the contract's order`, () => {
      const data = indexProofCalldata({ version: 4n, sub: 3 }, proof);
      const { functionName, args } = decodeFunctionData({ abi: indexProofsAbi, data });
      expect(functionName).to.equal(proof.name);
      const item = indexProofsAbi.find((found) => found.type === "function" && found.name === proof.name)!;
      const [accused, ...names] = (item as { inputs: readonly { name: string }[] }).inputs.map(({ name }) => name);
      expect(accused).to.equal("accused");
      expect(args[0]).to.deep.equal({ version: 4n, sub: 3 });
      const values = proof as unknown as Record<string, Link | bigint>;
      const expected = names.map((name) => values[name]!);
      expect(args.slice(1)).to.deep.equal(
        expected.map((value) => (typeof value === "bigint" ? value : linkArgument(value))),
      );
    });
  }

  it("lists the links in the order in which refusals count them", () => {
    expect(PROOFS.map((proof) => linksOfIndexProof(proof).map(({ key }) => key))).to.deep.equal([
      [1n],
      [1n],
      [1n, 2n],
      [1n, 2n],
    ]);
  });

  it("costs more with more links and where two sketches are compared", () => {
    const [form, layout, content, novelty] = PROOFS.map(costOfIndexProof);
    expect(form).to.be.below(layout!);
    expect(form).to.be.below(content!);
    expect(content).to.be.below(novelty!);
  });
});

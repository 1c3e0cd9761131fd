// IndexProofs against its twin in TypeScript: the same verdict about proofs of bent indexes, and about bent proofs.
import { network } from "hardhat";
import { expect } from "chai";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { bytesToHex } from "@tributary/protocol/bytes";
import { checkIndexProof } from "@tributary/protocol/proofs/check-index-proof";
import type { ProofVerdict } from "@tributary/protocol/proofs/check-proof";
import { type IndexProof, indexProofCalldata } from "@tributary/protocol/proofs/index-proof";
import { type Abi, decodeErrorResult, type Hex } from "viem";
import { generator } from "../../attribution-engine/src/attribution/test/random-epoch.ts";
import { findIndexFault } from "../../attribution-engine/src/watcher/find-index-fault.ts";
import { bendIndexProof } from "../../attribution-engine/src/watcher/test/bend-proof.ts";
import { type DrawnIndex, drawIndex, INDEX_BENDS } from "../../attribution-engine/src/watcher/test/drawn-index.ts";
import { honestIndexProof } from "../../attribution-engine/src/watcher/test/index-proofs.ts";

const INDEXES = Number(process.env["TWIN_INDEXES"] ?? 5);
const BENT_PROOFS = 4;
const HONEST_PROOFS = 8;
const ACCUSED = { version: 4n, sub: 0 };
const GAS = 16_000_000;
/** Comes from the registry of datanets. */
const UNKNOWN_CONTRIBUTION = [
  { type: "error", name: "UnknownContribution", inputs: [{ type: "uint64" }] },
] as const satisfies Abi;

describe("the fault proofs of indexes and their twin", () => {
  it("judge proofs of bent indexes, and bent proofs, alike", async function () {
    this.timeout(300_000);
    const { ethers } = await network.create();
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < INDEXES; seed++) {
      const next = generator(7_000 + seed);
      const drawn = await drawIndex(seed);
      const facts = await ethers.deployContract("IndexFacts", factsOf(drawn));
      const at = await facts.getAddress();
      const to = await (await ethers.deployContract("IndexProofs", [at, at, { deposit: 1n }])).getAddress();
      const ask = async (proof: IndexProof): Promise<ProofVerdict> => {
        const data = indexProofCalldata(ACCUSED, proof);
        try {
          await ethers.provider.send("eth_call", [{ to, data, gas: `0x${GAS.toString(16)}` }]);
          return { verdict: "fault" };
        } catch (error) {
          return refusalOf(error);
        }
      };
      const accuse = async (hash: Uint8Array): Promise<void> => {
        await (await facts.getFunction("accuse")(bytesToHex(hash))).wait();
      };
      const compare = async (of: DrawnIndex["facts"], proof: IndexProof, what: string): Promise<void> => {
        const expected = checkIndexProof(of, proof);
        expect(await ask(proof), `index ${seed}, ${what}: ${proof.name}`).to.deep.equal(expected);
        const name = expected.verdict === "refused" ? expected.error : expected.verdict;
        verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
      };
      await accuse(drawn.tree.root.hash);
      for (let n = 0; n < HONEST_PROOFS; n++) {
        const straight = honestIndexProof(next, drawn);
        await compare(drawn.facts, straight, "honest");
        await compare(drawn.facts, bendIndexProof(next, straight), "honest");
      }
      for (const bend of Object.values(INDEX_BENDS)) {
        const bent = bend(next, drawn);
        if (bent === undefined) continue;
        const found = await findIndexFault(bent.facts, ACCUSED, bent.known);
        if (found.what !== "proof") throw new Error(`index ${seed}, ${bent.what}: ${found.what}`);
        await accuse(bent.facts.root.hash);
        expect(await ask(found.proof)).to.deep.equal({ verdict: "fault" });
        const others = Array.from({ length: BENT_PROOFS }, () => bendIndexProof(next, found.proof));
        for (const proof of [found.proof, ...others]) await compare(bent.facts, proof, bent.what);
      }
    }
    for (const name of ["fault", "no fault", "InvalidOpening", "WrongPlace", "WrongContribution"])
      expect(verdicts.get(name) ?? 0, name).to.be.greaterThan(0);
  });
});

function refusalOf(error: unknown): ProofVerdict {
  const data = (error as { data?: Hex | { data?: Hex } }).data;
  const bytes = typeof data === "object" ? data.data : data;
  if (bytes === undefined) throw error;
  const { errorName, args } = decodeErrorResult({
    abi: [...(indexProofsAbi as Abi), ...UNKNOWN_CONTRIBUTION],
    data: bytes,
  });
  if (errorName === "NoFault") return { verdict: "no fault" };
  return { verdict: "refused", error: errorName as never, at: BigInt(args!.at(-1) as bigint) };
}

function factsOf({ facts, method, contents }: DrawnIndex): unknown[] {
  return [
    method,
    facts.layout.map(({ accepted, records }, i) => ({ datanet: 1 + i, contributions: accepted.length, records })),
    facts.layout.map(({ accepted }) => accepted),
    [...contents].map(([contribution, { root }]) => ({
      contribution,
      root: { hash: bytesToHex(root.hash), sum: root.sum },
      isWithdrawn: facts.isWithdrawn(contribution),
    })),
  ];
}

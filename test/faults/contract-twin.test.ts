// The checkers of fault proofs against their twin in TypeScript: the same verdict about proofs of bent proposals, and about bent proofs.
import { network } from "hardhat";
import { expect } from "chai";
import { bytesToHex } from "@tributary/protocol/bytes";
import { iFaultProofsAbi } from "@tributary/protocol/abi/ifault-proofs";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import type { ChainFacts } from "@tributary/protocol/proofs/chain-facts";
import { checkProof, type ProofVerdict } from "@tributary/protocol/proofs/check-proof";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { Node } from "@tributary/protocol/node";
import { type Abi, decodeErrorResult, type Hex } from "viem";
import { generator } from "../../attribution-engine/src/attribution/test/random-epoch.ts";
import { findFault } from "../../attribution-engine/src/watcher/find-fault.ts";
import type { HonestEpoch } from "../../attribution-engine/src/watcher/honest-epoch.ts";
import { bendProof } from "../../attribution-engine/src/watcher/test/bend-proof.ts";
import { bendProposal } from "../../attribution-engine/src/watcher/test/bend-proposal.ts";
import { malformedEpoch } from "../../attribution-engine/src/watcher/test/malformed-inputs.ts";
import { buildProposal, plainProposal } from "../../attribution-engine/src/watcher/test/plain-proposal.ts";
import { honestOf, POSITIONS, smallInputs } from "../../attribution-engine/src/watcher/test/small-epoch.ts";

const EPOCHS = Number(process.env["TWIN_EPOCHS"] ?? 12);
const PROPOSALS = 12;
const BENT_PROOFS = 6;
/** `CallChecker`, `PayoutChecker` or `FormChecker`: who judges a proof. */
const CHECKERS: Record<Proof["name"], "calls" | "payouts" | "forms"> = {
  proveReceipt: "calls",
  proveSketchHash: "calls",
  proveInfluence: "calls",
  proveOmission: "calls",
  provePoints: "calls",
  proveMirror: "payouts",
  proveNet: "payouts",
  proveOwner: "payouts",
  proveEarning: "payouts",
  proveFallback: "payouts",
  proveBalance: "payouts",
  proveMalformed: "forms",
  proveGroup: "forms",
  proveMisplaced: "forms",
  proveUnordered: "forms",
  proveGap: "forms",
};
const READY = 3;
const UNKNOWN_GROUP = [
  { type: "error", name: "UnknownGroup", inputs: [{ type: "uint64" }, { type: "uint16" }] },
] as const satisfies Abi;
const GAS = 16_000_000;

describe("the checkers of fault proofs and their twin", () => {
  it("judge proofs of bent proposals, and bent proofs, alike", async function () {
    this.timeout(300_000);
    const { ethers } = await network.create();
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < EPOCHS; seed++) {
      const next = generator(7_000 + seed);
      // Every other epoch has malformed inputs.
      const honest = await (seed % 2 === 0 ? honestOf(smallInputs(500 + seed)) : malformedEpoch(500 + seed));
      const text = plainProposal(honest);
      const facts = await ethers.deployContract("EpochFacts", [factsOf(honest)]);
      const at = await facts.getAddress();
      const checkers = {
        calls: await (await ethers.deployContract("CallChecker", [at, at])).getAddress(),
        payouts: await (await ethers.deployContract("PayoutChecker", [at, at, at])).getAddress(),
        forms: await (await ethers.deployContract("FormChecker", [at, at])).getAddress(),
      };
      const ask = async (proof: Proof): Promise<ProofVerdict> => {
        const data = proofCalldata({ epoch: honest.inputs.epoch, proposal: 0 }, proof);
        const to = checkers[CHECKERS[proof.name]];
        try {
          const answer = (await ethers.provider.send("eth_call", [{ to, data, gas: `0x${GAS.toString(16)}` }])) as Hex;
          return { verdict: BigInt(answer) === 1n ? "fault" : "no fault" };
        } catch (error) {
          return refusalOf(error);
        }
      };
      for (let n = 0; n < PROPOSALS; n++) {
        const { plain, bending, what } = bendProposal(next, text);
        const accused = buildProposal(plain, bending);
        const found = findFault(honest, { epoch: honest.inputs.epoch, proposal: 0, ...accused }, accused.store);
        if (found.what !== "proof") continue;
        await (await facts.getFunction("accuse")(nodeOf(accused.groups), nodeOf(accused.payouts))).wait();
        const chain = honest.factsFor(accused.groups, accused.payouts);
        const proofs = [found.proof, ...Array.from({ length: BENT_PROOFS }, () => bendProof(next, found.proof))];
        for (const proof of proofs) {
          const expected = checkProof(chain, proof);
          const given = await ask(proof);
          expect(given, `seed ${seed}, ${what.join("; ")}: ${proof.name}`).to.deep.equal(expected);
          const name = expected.verdict === "refused" ? expected.error : expected.verdict;
          verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
        }
        expect(await ask(found.proof)).to.deep.equal({ verdict: "fault" });
      }
    }
    for (const name of ["fault", "no fault", "InvalidOpening", "WrongPlace", "WrongChain", "WrongSettlement"])
      expect(verdicts.get(name) ?? 0, name).to.be.greaterThan(0);
  });
});

function refusalOf(error: unknown): ProofVerdict {
  const data = (error as { data?: Hex | { data?: Hex } }).data;
  const bytes = typeof data === "object" ? data.data : data;
  if (bytes === undefined) throw error;
  const { errorName, args } = decodeErrorResult({ abi: [...(iFaultProofsAbi as Abi), ...UNKNOWN_GROUP], data: bytes });
  return { verdict: "refused", error: errorName as never, at: BigInt(args!.at(-1) as bigint) };
}

function factsOf({ inputs, epoch, factsFor }: HonestEpoch) {
  const chain: ChainFacts = factsFor(epoch.groupsTree.root, epoch.payoutsTree.root);
  const contributions = new Set(inputs.groups.flatMap(({ index }) => [...index.contributionIds]));
  return {
    groups: inputs.groups.map((_, g) => chain.groupOf(g)!),
    settlements: inputs.groups.flatMap(({ settlements, modelVersion }) =>
      settlements.map(({ settlementId }) => {
        const { receipts, sketches, ...settled } = chain.settlementOf(settlementId)!;
        return {
          id: settlementId,
          settlement: {
            version: modelVersion,
            till: "0x0000000000000000000000000000000000000000",
            status: READY,
            openedAt: 0,
            readyAt: 0,
            commits: 0,
            receipts: nodeOf(receipts),
            sketches: nodeOf(sketches),
            ...settled,
          },
        };
      }),
    ),
    indexes: inputs.groups.map(({ modelVersion, method }) => ({
      version: modelVersion,
      root: nodeOf(chain.indexOf(modelVersion)!.root),
      method,
    })),
    earners: [...contributions].map((contribution) => ({ contribution, position: chain.earnerOf(contribution) })),
    payouts: nodeOf(chain.previous),
    treasury: chain.treasuryPosition,
    positions: POSITIONS,
  };
}

function nodeOf({ hash, sum }: Node) {
  return { hash: bytesToHex(hash), sum };
}

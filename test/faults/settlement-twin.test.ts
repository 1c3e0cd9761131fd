// The checker of proofs against settlements and its twin in TypeScript: the same verdict about proofs of bent histories, and about bent proofs.
import { network } from "hardhat";
import { expect } from "chai";
import { bytesToHex } from "@tributary/protocol/bytes";
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import type { Root } from "@tributary/protocol/node";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import type { ProofVerdict } from "@tributary/protocol/proofs/check-proof";
import { linkArgument } from "@tributary/protocol/proofs/link";
import { checkSettlementProof, type SettlementChain } from "@tributary/protocol/proofs/settlement-checks";
import { linksOfSettlementProof, type SettlementProof } from "@tributary/protocol/proofs/settlement-proof";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { type Abi, decodeErrorResult, type Hex } from "viem";
import { generator, type Next } from "../../attribution-engine/src/attribution/test/random-epoch.ts";
import { findSettlementFault } from "../../attribution-engine/src/watcher/find-settlement-fault.ts";
import { bendSettlementProof } from "../../attribution-engine/src/watcher/test/bend-proof.ts";
import { bendTrees } from "../../attribution-engine/src/watcher/test/bend-proposal.ts";
import {
  bothPending,
  commitHistory,
  commitHonestly,
  drawHistory,
  EARLIER,
  LATER,
  receiptLeaves,
  type SettledHistory,
  sketchLeaves,
  sketchesOf,
} from "../../attribution-engine/src/watcher/test/settled-history.ts";
import {
  accuseEarlier,
  drawSettlementProofs,
  SETTLEMENT_PROOFS,
} from "../../attribution-engine/src/watcher/test/settlement-proofs.ts";
import { writeClaimed } from "../support/written-channels.ts";

const HISTORIES = Number(process.env["TWIN_HISTORIES"] ?? 16);
const BENT_PROOFS = 4;

describe("the checker of proofs against settlements and its twin", () => {
  it("judge proofs of bent and of honest histories, and bent proofs, alike", async function () {
    this.timeout(120_000);
    const ask = await deployChecker();
    const verdicts = new Map<string, number>();
    const faults = new Set<string>();
    for (let seed = 0; seed < HISTORIES; seed++) {
      const next = generator(3_000 + seed);
      const settled = bentHistory(next);
      const found = findSettlementFault(settled.chain, LATER, settled.store, [EARLIER], undefined, settled.configs);
      const proofs = [...drawSettlementProofs(next, settled), ...(found.what === "proof" ? [found.proof] : [])];
      const bent = proofs.flatMap((proof) =>
        Array.from({ length: BENT_PROOFS }, () => bendSettlementProof(next, proof)),
      );
      for (const proof of [...proofs, ...bent]) {
        const expected = checkSettlementProof(settled.chain, proof);
        const given = await ask(settled, proof);
        expect(given, `seed ${seed}: ${proof.name}`).to.deep.equal(expected);
        const name = expected.verdict === "refused" ? expected.error : expected.verdict;
        verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
        if (name === "fault") faults.add(proof.name);
      }
      if (found.what === "proof") expect(await ask(settled, found.proof)).to.deep.equal({ verdict: "fault" });
    }
    for (const name of ["fault", "no fault", "InvalidOpening", "WrongPlace", "WrongChannel"])
      expect(verdicts.get(name) ?? 0, name).to.be.greaterThan(0);
    expect([...faults]).to.include.members(["proveUncovered", "proveForeignChannel"]);
  });

  it("refuse every proof against honest histories: of their links, of other trees' and settlements', and bent", async function () {
    this.timeout(120_000);
    const ask = await deployChecker();
    const refusals = new Map<string, number>();
    for (let seed = 0; seed < HISTORIES; seed++) {
      const next = generator(5_000 + seed);
      const settled = commitHonestly(drawHistory(next));
      const chain = bothPending(settled.chain);
      const drawn = [
        ...drawSettlementProofs(next, settled),
        ...drawSettlementProofs(next, settled, [commitHonestly(drawHistory(next))]),
      ];
      const later = drawn.flatMap((proof) => [proof, bendSettlementProof(next, proof)]);
      // Of the earlier settlement no sketches are pending.
      const earlier = later.filter(({ name }) => !name.startsWith("proveSketch")).map(accuseEarlier);
      for (const proof of [...later, ...earlier]) {
        const given = await ask({ ...settled, chain }, proof);
        expect(given.verdict, `seed ${seed}: ${proof.name}`).not.to.equal("fault");
        expect(given, `seed ${seed}: ${proof.name}`).to.deep.equal(checkSettlementProof(chain, proof));
        const name = `${proof.name}: ${given.verdict}`;
        refusals.set(name, (refusals.get(name) ?? 0) + 1);
      }
    }
    for (const name of SETTLEMENT_PROOFS)
      for (const verdict of ["no fault", "refused"])
        expect(refusals.get(`${name}: ${verdict}`), `${name}: ${verdict}`).to.be.greaterThan(0);
  });
});

/** What a newly deployed checker says of a proof, where the channels have the balances and totals of its history. */
async function deployChecker(): Promise<(settled: SettledHistory, proof: SettlementProof) => Promise<ProofVerdict>> {
  const { ethers } = await network.create();
  const checker = await ethers.deployContract("SettlementChecker");
  const to = await checker.getAddress();
  const channels = await placeChannels(ethers);
  return async ({ chain, configs }, proof) => {
    for (const id of configs.keys()) await channels.claim(id, chain.channels!.claimedOf(id));
    const { name, args } = checkOf(chain, proof);
    const data = checker.interface.encodeFunctionData(name as never, args as never);
    try {
      const answer = (await ethers.provider.send("eth_call", [{ to, data }])) as Hex;
      return { verdict: BigInt(answer) === 1n ? "fault" : "no fault" };
    } catch (error) {
      return refusalOf(error);
    }
  };
}

/** The real channel contract at its public address, of which totals are written into the storage. */
async function placeChannels(ethers: Awaited<ReturnType<typeof network.create>>["ethers"]) {
  const made = await ethers.deployContract("BatchSettlement");
  const code = await ethers.provider.getCode(await made.getAddress());
  await ethers.provider.send("hardhat_setCode", [BATCH_SETTLEMENT_ADDRESS, code]);
  const channels = await ethers.getContractAt("BatchSettlement", BATCH_SETTLEMENT_ADDRESS);
  const written = new Map<Hex, bigint>();
  return {
    async claim(id: Hex, claimed: bigint): Promise<void> {
      if ((written.get(id) ?? 0n) === claimed) return;
      await writeClaimed(ethers.provider, channels, id, claimed);
      written.set(id, claimed);
    },
  };
}

/** A history with a receipt of which something is different, a channel that was claimed less from or pays somebody else, malformed trees, a count that is not theirs, or nothing of it. */
function bentHistory(next: Next): SettledHistory {
  const how = next(8);
  const history = drawHistory(next, how === 6 ? { receiver: BATCH_SETTLEMENT_ADDRESS } : {});
  if (how === 7) for (const [id, claimed] of history.claimed) history.claimed.set(id, claimed - BigInt(next(3)));
  const place = next(history.later.length);
  const receipts = structuredClone(history.later);
  const receipt = receipts[place]!;
  if (how === 0) receipt.sequence = BigInt(next(4));
  if (how === 1) receipt.cumulative = BigInt(next(20_000));
  if (how === 2) receipt.modelVersion += 1n;
  const sketches = sketchesOf(next(4) === 0 ? history.earlier.slice(0, 2) : receipts, history.sketches[0]!.sketch);
  const count = receipts.length + (how === 3 ? next(3) - 1 : 0);
  const bending = how === 4 ? bendTrees(next, [], 60) : {};
  return commitHistory(history, receiptLeaves(receipts), sketchLeaves(sketches), count, bending);
}

/** The checker's function for a proof, with what SettlementProofs gives it. */
function checkOf(chain: SettlementChain, proof: SettlementProof): { name: string; args: unknown[] } {
  const settled = chain.settlementOf(proof.settlement)!;
  const tree = (root: Root, kind: number, k: number, count = settled.count) => ({
    root: { hash: bytesToHex(root.hash), sum: root.sum },
    count,
    kind,
    k,
  });
  const receipts = tree(settled.receipts, RECEIPT.tag, 0);
  const sketches = settled.sketches && tree(settled.sketches.root, SKETCH.tag, settled.k);
  const links = linksOfSettlementProof(proof).map(linkArgument);
  switch (proof.name) {
    case "proveSketchForm":
      return { name: "isMisformed", args: [sketches, ...links] };
    case "proveSketchReceipt":
      return { name: "isSketchOfOther", args: [sketches, receipts, ...links] };
    case "proveReceiptForm":
      return { name: "isMisformed", args: [receipts, ...links] };
    case "proveReceiptAlone":
      return { name: "isWrongAlone", args: [receipts, settled.till, settled.version, ...links] };
    case "proveReceiptOrder":
      return { name: "areDisordered", args: [receipts, ...links] };
    case "proveUncovered":
      return { name: "isUncovered", args: [receipts, BATCH_SETTLEMENT_ADDRESS, ...links] };
    case "proveForeignChannel": {
      const payee = { till: settled.till, token: chain.channels!.token };
      return { name: "isOfForeignChannel", args: [receipts, BATCH_SETTLEMENT_ADDRESS, payee, ...links, proof.config] };
    }
    case "proveContinuity": {
      const others = chain.settlementOf(proof.other)!;
      const otherTree = tree(others.receipts, RECEIPT.tag, 0, others.count);
      return { name: "areContradictory", args: [receipts, otherTree, proof.settlement > proof.other, ...links] };
    }
  }
}

function refusalOf(error: unknown): ProofVerdict {
  const data = (error as { data?: Hex | { data?: Hex } }).data;
  const bytes = typeof data === "object" ? data.data : data;
  if (bytes === undefined) throw error;
  const { errorName, args } = decodeErrorResult({ abi: settlementProofsAbi as Abi, data: bytes });
  return { verdict: "refused", error: errorName as never, at: BigInt(args!.at(-1) as bigint) };
}

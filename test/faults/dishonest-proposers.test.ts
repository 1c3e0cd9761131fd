// What proposers can do against a watcher: everything but have a wrong root finalised, or an honest one ended.
import { expect } from "chai";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { GROUP, PAYOUT } from "@tributary/protocol/kinds";
import { encodeOpening } from "@tributary/protocol/opening";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { proofCommitmentHash, proposalRoot } from "@tributary/protocol/typed-data/proof-commitment";
import { generator } from "../../attribution-engine/src/attribution/test/random-epoch.ts";
import { place, placementOn, rootOf, setStage } from "../../attribution-engine/src/mutation/chain/stage.ts";
import { accuse, demandCall, propose } from "../../attribution-engine/src/mutation/chain/trial.ts";
import { type DrawnEpoch, drawEpoch } from "../../attribution-engine/src/mutation/drawn-epoch.ts";
import { type Mutant, mutant, shownBy } from "../../attribution-engine/src/mutation/mutate-epoch.ts";
import { findFault } from "../../attribution-engine/src/watcher/find-fault.ts";
import { bendProof } from "../../attribution-engine/src/watcher/test/bend-proof.ts";
import { honestCandidates } from "../../attribution-engine/src/watcher/test/honest-candidates.ts";
import { simulateAnswer } from "../../attribution-engine/src/watcher/test/simulated-answerer.ts";
import { buildProposal, plainProposal } from "../../attribution-engine/src/watcher/test/plain-proposal.ts";

const EPOCHS = [101, 202, 303];
const LIES = 6;
const VAIN_PROOFS = 40;
const [PENDING, FINALIZED, SUPERSEDED, ENDED] = [1n, 2n, 3n, 4n];

describe("proposers against one honest watcher", function () {
  this.timeout(300_000);
  const staged = setStage();

  /** Draws an epoch, puts it on the ledger, runs the test, and takes everything back. */
  async function inEpoch(seed: number, run: (drawn: DrawnEpoch) => Promise<void>): Promise<void> {
    const stage = await staged;
    const snapshot = await stage.networkHelpers.takeSnapshot();
    try {
      const drawn = await drawEpoch(seed, await placementOn(stage));
      await place(stage, drawn);
      await run(drawn);
    } finally {
      await snapshot.restore();
    }
  }

  async function statusOf(epoch: bigint, proposal: number): Promise<bigint> {
    return (await (await staged).ledger.proposalOf(epoch, proposal)).status;
  }

  async function isRefused(sent: Promise<unknown>): Promise<boolean> {
    return sent.then(
      () => false,
      () => true,
    );
  }

  async function finalize(epoch: bigint): Promise<void> {
    const { ledger, networkHelpers, prover } = await staged;
    await networkHelpers.time.increase(30 * 86_400);
    await ledger.connect(prover).finalize(epoch);
  }

  function honestProposal({ honest }: DrawnEpoch): Pick<Mutant, "built"> {
    return { built: buildProposal(plainProposal(honest)) };
  }

  /** A lie of the epoch that is published, and that one transaction ends. */
  function provableLie(drawn: DrawnEpoch): { lie: Mutant; proof: (proposal: number) => Proof } {
    for (let n = 0; n < 100; n++) {
      const lie = mutant(drawn, n);
      const find = (proposal: number) =>
        findFault(drawn.honest, { epoch: drawn.honest.inputs.epoch, proposal, ...lie.built }, shownBy(lie));
      if (!lie.isPublished || find(0).what !== "proof") continue;
      const proof = (proposal: number): Proof => {
        const finding = find(proposal);
        if (finding.what !== "proof") throw new Error(`the watcher calls it ${finding.what}`);
        return finding.proof;
      };
      return { lie, proof };
    }
    throw new Error("this epoch has no such lie");
  }

  for (const seed of EPOCHS) {
    it(`finalise an honest root, whatever is proven and demanded against it (epoch ${seed})`, async () => {
      const stage = await staged;
      const { demands, faults, ledger, networkHelpers, prover, proposer, send } = stage;
      await inEpoch(seed, async (drawn) => {
        const { epoch } = drawn.honest.inputs;
        const right = honestProposal(drawn);
        const proposal = await propose(stage, drawn.honest, right);
        if (typeof proposal === "string") throw new Error(proposal);
        const next = generator(seed);
        const candidates = [...honestCandidates(drawn.honest)];
        for (let n = 0; n < VAIN_PROOFS; n++) {
          const straight = candidates[next(candidates.length)]!;
          for (const proof of [straight, bendProof(next, straight)]) {
            const sent = send(prover, faults, proofCalldata({ epoch, proposal }, proof));
            expect(await isRefused(sent), proof.name).to.equal(true);
          }
        }
        const asked: bigint[] = [];
        for (const [kind, node] of [
          [GROUP, right.built.groups],
          [PAYOUT, right.built.payouts],
        ] as const) {
          const commitment = { kind, id: epoch, sub: proposal };
          const wanted = { commitment, path: [], level: 0, index: 0n, node, parents: [], opening: encodeOpening([]) };
          await send(prover, demands, demandCall(demands, wanted));
          const id = await demands.demandCount();
          const answer = simulateAnswer(right.built.store, wanted)!;
          await send(proposer, demands, demands.interface.encodeFunctionData("answer", [id, bytesToHex(answer)]));
          asked.push(id);
        }
        await networkHelpers.time.increase(3_600);
        for (const id of asked) {
          const end = demands.interface.encodeFunctionData("endUnanswered", [id]);
          expect(await isRefused(send(prover, demands, end))).to.equal(true);
        }
        expect(await statusOf(epoch, proposal)).to.equal(PENDING);
        await finalize(epoch);
        expect(await statusOf(epoch, proposal)).to.equal(FINALIZED);
        expect((await ledger.payoutsRoot()).hash).to.equal(rootOf(right.built.payouts).hash);
      });
    });

    it(`never finalise a wrong one, though each holds the attributors' whole quorum (epoch ${seed})`, async () => {
      const stage = await staged;
      const { ledger, origins, proposer, token } = stage;
      expect(await origins.weightOf(proposer.address)).to.equal(await origins.quorum());
      await inEpoch(seed, async (drawn) => {
        const { epoch } = drawn.honest.inputs;
        const lies: [number, Mutant][] = [];
        for (let n = 0; lies.length < LIES; n++) {
          const lie = mutant(drawn, n);
          const proposal = await propose(stage, drawn.honest, lie);
          if (typeof proposal === "number") lies.push([proposal, lie]);
        }
        // The honest root comes last: all wrong ones are before it in the line.
        const right = honestProposal(drawn);
        const last = (await propose(stage, drawn.honest, right)) as number;
        const supply = await token.totalSupply();
        for (const [proposal, lie] of lies) {
          const outcome = await accuse(stage, drawn.honest, lie, proposal, findFault);
          expect(outcome.end, lie.what).to.equal("ended");
          expect(await statusOf(epoch, proposal)).to.equal(ENDED);
        }
        const bond = (await ledger.parameters()).bondFloor;
        expect(supply - (await token.totalSupply()) >= (bond * BigInt(lies.length)) / 2n).to.equal(true);
        await finalize(epoch);
        expect(await statusOf(epoch, last)).to.equal(FINALIZED);
        expect((await ledger.payoutsRoot()).hash).to.equal(rootOf(right.built.payouts).hash);
      });
    });

    it(`lose half of the bond when they prove their own fault before the watcher does (epoch ${seed})`, async () => {
      const stage = await staged;
      const { faults, ledger, proposer, prover, send, token } = stage;
      await inEpoch(seed, async (drawn) => {
        const { epoch } = drawn.honest.inputs;
        const { lie, proof } = provableLie(drawn);
        const before = await token.balanceOf(proposer);
        const supply = await token.totalSupply();
        const proposal = (await propose(stage, drawn.honest, lie)) as number;
        const data = proofCalldata({ epoch, proposal }, proof(proposal));
        await send(proposer, faults, data);
        const late = send(prover, faults, data);
        expect(await isRefused(late), "the watcher's own").to.equal(true);
        expect(await statusOf(epoch, proposal)).to.equal(ENDED);
        const bond = (await ledger.parameters()).bondFloor;
        expect(before - (await token.balanceOf(proposer))).to.equal(bond - bond / 2n);
        expect(supply - (await token.totalSupply())).to.equal(bond - bond / 2n);
        const right = (await propose(stage, drawn.honest, honestProposal(drawn))) as number;
        await finalize(epoch);
        expect(await statusOf(epoch, right)).to.equal(FINALIZED);
      });
    });

    it(`gain nothing by copying a proof that the watcher reserved (epoch ${seed})`, async () => {
      const stage = await staged;
      const { faults, ledger, networkHelpers, proposer, prover, send, token } = stage;
      await inEpoch(seed, async (drawn) => {
        const { epoch } = drawn.honest.inputs;
        const { lie, proof } = provableLie(drawn);
        const proposal = (await propose(stage, drawn.honest, lie)) as number;
        const data = proofCalldata({ epoch, proposal }, proof(proposal));
        await reserve(epoch, proposal, lie, data);
        const [own, watchers] = [await token.balanceOf(proposer), await token.balanceOf(prover)];
        // The proposer sees the proof in the mempool and sends the same first.
        await send(proposer, faults, data);
        expect(await statusOf(epoch, proposal)).to.equal(ENDED);
        await send(prover, faults, data);
        await networkHelpers.mine(51);
        await faults.payReward({ epoch, proposal });
        expect(await token.balanceOf(proposer)).to.equal(own);
        const { bondFloor } = await ledger.parameters();
        const { deposit } = await faults.courtParameters();
        expect((await token.balanceOf(prover)) - watchers).to.equal(bondFloor / 2n + deposit);
      });
    });

    it(`cost the watcher no deposit where another root is final before its proof (epoch ${seed})`, async () => {
      const stage = await staged;
      const { faults, prover, send, token } = stage;
      await inEpoch(seed, async (drawn) => {
        const { epoch } = drawn.honest.inputs;
        await propose(stage, drawn.honest, honestProposal(drawn));
        const { lie, proof } = provableLie(drawn);
        const proposal = (await propose(stage, drawn.honest, lie)) as number;
        const data = proofCalldata({ epoch, proposal }, proof(proposal));
        const before = await token.balanceOf(prover);
        await reserve(epoch, proposal, lie, data);
        const { deposit } = await faults.courtParameters();
        expect(before - (await token.balanceOf(prover))).to.equal(deposit);
        await finalize(epoch);
        expect(await statusOf(epoch, proposal)).to.equal(SUPERSEDED);
        await send(prover, faults, data);
        expect(await token.balanceOf(prover)).to.equal(before);
        expect(await isRefused(send(prover, faults, data))).to.equal(true);
        expect(await statusOf(epoch, proposal)).to.equal(SUPERSEDED);
      });
    });
  }

  /** Reserves the reward for a call (docs/formats.md §7.5). */
  async function reserve(epoch: bigint, proposal: number, { built }: Mutant, data: `0x${string}`): Promise<void> {
    const { faults, ledger, prover, provider, send, token } = await staged;
    await token.connect(prover).approve(faults, 1n);
    const commitment = proofCommitmentHash({
      chainId: (await provider.getNetwork()).chainId,
      ledger: (await ledger.getAddress()) as `0x${string}`,
      epoch,
      proposalRoot: proposalRoot(built.groups, built.payouts),
      proofHash: bytesToHex(keccak256(hexToBytes(data))),
      sender: prover.address as `0x${string}`,
    });
    await send(prover, faults, faults.interface.encodeFunctionData("commitProof", [{ epoch, proposal }, commitment]));
  }
});

// The gas of the longest answers there can be, which the deposit of a demand is measured by.
import { bytesToHex } from "@tributary/protocol/bytes";
import { ANSWER_LEVELS, answerInner, answerLeaf } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import { GROUP, MOST_PAYLOAD } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { buildSumTree, type SumTree, sumWords } from "@tributary/protocol/sum-tree";
import { expect } from "chai";
import { Wallet, ZeroHash } from "ethers";
import { place, placementOn, rootOf, setStage } from "../../attribution-engine/src/mutation/chain/stage.ts";
import { drawEpoch } from "../../attribution-engine/src/mutation/drawn-epoch.ts";
import { MOST_ANSWER_GAS } from "../../deploy/answer-cost.ts";

const OPEN = 10n ** 18n;
/** Demands of one proposal after which the deposit doubles: from then on an answer burns, too. */
const DOUBLING = 16;
/** As much as a pool may be: the larger its sums, the fewer of their bytes are 0. */
const POOL = 400_000_000n * OPEN;

describe("the longest answer", function () {
  this.timeout(120_000);
  const staged = setStage();

  /** Proposes a groups tree of this shape for an epoch with a great pool. */
  async function propose(build: (pool: bigint) => SumTree): Promise<{ epoch: bigint; tree: SumTree }> {
    const stage = await staged;
    const { ledger, origins, proposer } = stage;
    const drawn = await drawEpoch(101, await placementOn(stage));
    const { epoch, groups } = drawn.honest.inputs;
    await origins.addPlainIncome(ledger, groups[0]!.modelVersion, POOL);
    await place(stage, drawn);
    const tree = build(await ledger.epochPools(epoch));
    const payouts = {
      hash: bytesToHex(keccak256(Uint8Array.of(1))),
      sum: drawn.plain.previous.reduce((sum, [, paid]) => sum + paid, tree.root.sum),
    };
    await ledger.connect(proposer).propose(epoch, rootOf(tree.root), payouts, ZeroHash);
    return { epoch, tree };
  }

  /** Demands a node, has it answered by an account that is new to OPEN, and compares the gas with the bound: not above, and not far below. */
  async function answered(
    epoch: bigint,
    tree: SumTree,
    [level, index]: readonly [number, number],
    others: readonly (readonly [number, number])[],
    answer: Uint8Array,
  ): Promise<void> {
    const stage = await staged;
    const { demands, prover, ethers } = stage;
    const commitment = { kind: GROUP.tag, id: epoch, sub: 0 };
    const demand = async (at: readonly [number, number]): Promise<void> => {
      const node: Node = tree.node(...at);
      await demands.connect(prover).demand(commitment, [], at[1], rootOf(node), bytesToHex(tree.open(...at)));
    };
    expect(others).to.have.length(DOUBLING);
    for (const other of others) await demand(other);
    await demand([level, index]);
    const id = await demands.demandCount();
    const { deposit } = await demands.demandOf(id);
    expect(deposit).to.equal(2n * (await demands.parameters()).deposit);
    const somebody = new Wallet(bytesToHex(keccak256(Uint8Array.of(level))), ethers.provider);
    await prover.sendTransaction({ to: somebody, value: OPEN });
    const sent = await demands.connect(somebody).answer(id, bytesToHex(answer));
    const { gasUsed } = (await sent.wait())!;
    const isClose = gasUsed <= MOST_ANSWER_GAS && gasUsed >= (MOST_ANSWER_GAS * 8n) / 10n;
    expect(isClose, `${gasUsed} gas for ${answer.length} bytes, bound ${MOST_ANSWER_GAS}`).to.equal(true);
  }

  async function inStage(run: () => Promise<void>): Promise<void> {
    const snapshot = await (await staged).networkHelpers.takeSnapshot();
    try {
      await run();
    } finally {
      await snapshot.restore();
    }
  }

  it("of five full levels takes no more gas than the deposit is measured by", async () => {
    await inStage(async () => {
      const places = 2 ** ANSWER_LEVELS;
      const step = 2 ** (GROUP.depth - ANSWER_LEVELS);
      const { epoch, tree } = await propose((pool) => {
        const part = pool / BigInt(places);
        const sums = Array.from({ length: places }, (_, i) => (i === 0 ? pool - part * BigInt(places - 1) : part));
        const keys = Uint32Array.from({ length: places }, (_, i) => i * step);
        return buildSumTree({
          depth: GROUP.depth,
          keys,
          sums: sumWords(sums),
          payloadHashes: new Uint8Array(32 * places).fill(255),
        });
      });
      const others = Array.from({ length: DOUBLING }, (_, i) => [ANSWER_LEVELS, i] as const);
      const answer = answerInner(tree, 0, 0);
      expect(answer[0]).to.equal(2 ** ANSWER_LEVELS - 1);
      await answered(epoch, tree, [0, 0], others, answer);
    });
  });

  it("of a leaf takes no more gas than the deposit is measured by", async () => {
    await inStage(async () => {
      const payload = new Uint8Array(MOST_PAYLOAD).fill(255);
      const { epoch, tree } = await propose((pool) =>
        buildSumTree({
          depth: GROUP.depth,
          keys: Uint32Array.of(0),
          sums: sumWords([pool]),
          payloadHashes: keccak256(payload),
        }),
      );
      const others = Array.from({ length: DOUBLING }, (_, i) => [GROUP.depth - 1 - i, 0] as const);
      const answer = answerLeaf(0, tree.root.sum, payload);
      await answered(epoch, tree, [GROUP.depth, 0], others, answer);
    });
  });
});

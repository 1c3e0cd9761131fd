// The watcher where a settlement's receipts and sketches are not published, but shown in answers to its demands.
import { setTimeout as sleep } from "node:timers/promises";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { answerInner, answerLeaf, decodeDemand } from "@tributary/protocol/demand";
import { RECEIPT } from "@tributary/protocol/kinds";
import { expect } from "chai";
import { attributeEpoch } from "../../attribution-engine/src/attribution/epoch.ts";
import { receiptTableOf } from "../../attribution-engine/src/attribution/receipt-table.ts";
import { generator } from "../../attribution-engine/src/attribution/test/random-epoch.ts";
import { cumulativePayouts } from "../../attribution-engine/src/bundle/epoch-columns.ts";
import {
  buildReceiptsTree,
  buildSketchesTree,
  hashReceipts,
} from "../../attribution-engine/src/attribution/settlement-trees.ts";
import { rootOf } from "../../attribution-engine/src/mutation/chain/stage.ts";
import type { PayloadTree } from "../../attribution-engine/src/trees/payload-tree.ts";
import { drawHistory } from "../../attribution-engine/src/watcher/test/settled-history.ts";
import { pending, rootsOf, type Scene, useScene } from "./support/scene.ts";
import { runWatcher } from "./support/watcher-process.ts";

/** Answers all demands of two trees until there were as many as it takes to show them. */
async function answerFrom({ stage }: Scene, receipts: PayloadTree, sketches: PayloadTree, isDone: () => boolean) {
  const { demands, proposer } = stage;
  for (let id = 1n; !isDone();) {
    const [made] = await demands.queryFilter(demands.filters.Demanded(id));
    if (made === undefined) {
      await sleep(50);
      continue;
    }
    const { commitment, level, index } = decodeDemand(hexToBytes(made.args.demand as `0x${string}`));
    const tree = commitment.kind === RECEIPT ? receipts : sketches;
    const place = Number(index);
    const payload = level === tree.root.depth ? tree.payload(place) : undefined;
    const answer =
      payload === undefined ? answerInner(tree, level, place) : answerLeaf(place, tree.node(level, place).sum, payload);
    await (await demands.connect(proposer).answer(id, bytesToHex(answer))).wait();
    id++;
  }
}

describe("inputs that nobody publishes", function () {
  this.timeout(240_000);
  const scene = useScene(1);

  it("are demanded, and what the answers show is what the epoch is computed from", async () => {
    const { stage, drawn, honest } = scene();
    const { ledger, origins, networkHelpers } = stage;
    const { time } = networkHelpers;
    const { inputs } = drawn.honest;
    const { epoch } = inputs;
    // The epoch before is proposed without a bundle: the watcher has it from its own computation.
    await scene().propose(rootsOf(honest));
    const group = inputs.groups[0]!;
    const random = generator(1);
    const till = (await origins.getAddress()) as `0x${string}`;
    const history = drawHistory(random).earlier;
    const table = receiptTableOf(history.map((receipt) => ({ ...receipt, till, modelVersion: group.modelVersion })));
    const coordinates = Int8Array.from({ length: table.count * group.method.k }, () => random(255) - 127);
    const receipts = buildReceiptsTree(table);
    const sketches = buildSketchesTree(hashReceipts(table), coordinates, group.method.k);
    const pool = 1_000n;
    await (await origins.openSettlement(ledger, group.modelVersion, rootOf(receipts.root), table.count, pool)).wait();
    const settlementId = await ledger.settlementCount();
    const signers = [await origins.getAddress()];
    await (await ledger.commitSketches(settlementId, rootOf(sketches.root), `0x${"99".repeat(32)}`, signers)).wait();
    const watcher = runWatcher(scene(), { args: ["--grace-seconds", "0"] });
    let isShown = false;
    const shown = Promise.all(
      [`receipt ${settlementId}/0`, `sketch ${settlementId}/0`].map((what) =>
        watcher.line(`${what} is not published, and is known from answers`),
      ),
    ).then(() => (isShown = true));
    await answerFrom(scene(), receipts, sketches, () => isShown);
    await shown;
    watcher.process.kill("SIGINT");
    await watcher.ended;

    await time.increase(1_201n);
    await (await ledger.finalize(epoch)).wait();
    const next = await ledger.epochAt(BigInt(await time.latest()));
    await time.increaseTo(await ledger.epochEnd((await ledger.settlementOf(settlementId)).epoch));
    await (await ledger.advance(100n)).wait();
    expect(await ledger.nextEpoch()).to.be.at.most(next);
    const following = await attributeEpoch({
      ...inputs,
      epoch: await ledger.nextEpoch(),
      previousPayouts: cumulativePayouts(honest.payouts),
      groups: [
        { ...group, plainPool: 0n, settlements: [{ settlementId, pool, receipts: table, sketches: coordinates }] },
      ],
    });
    const { groups, payouts } = rootsOf(following);
    await (
      await ledger
        .connect(stage.proposer)
        .propose(await ledger.nextEpoch(), rootOf(groups), rootOf(payouts), `0x${"00".repeat(32)}`)
    ).wait();
    const { code, summary, output } = await runWatcher(scene()).ended;
    expect(code, output).to.equal(0);
    expect(summary).to.include({ checked: 1, agreeing: 1 });
    expect(Number((await ledger.proposalOf(await ledger.nextEpoch(), 0)).status)).to.equal(pending);
  });
});

// A further epoch of a scene, whose payouts add to those that became final before it, whether these are right or not.
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { attributeEpoch, type AttributedEpoch } from "../../../attribution-engine/src/attribution/epoch.ts";
import { writeEpochBundle } from "../../../attribution-engine/src/bundle/epoch-bundle.ts";
import { writeSettlementBundle } from "../../../attribution-engine/src/bundle/settlement-bundle.ts";
import { rootOf } from "../../../attribution-engine/src/mutation/chain/stage.ts";
import { u128At } from "../../../attribution-engine/src/trees/u128-words.ts";
import { rootsOf, type Scene } from "./scene.ts";

/** Settles the first calls of the scene's epoch again, and finalises what follows from them on top of `before`. @returns the epoch's number */
export async function finalizeNextEpoch(
  { stage, chain, drawn, bundles }: Scene,
  before: AttributedEpoch,
): Promise<bigint> {
  const { ledger, origins, attributors, proposer } = stage;
  const { inputs, epoch } = drawn.honest;
  const group = inputs.groups.find(({ settlements }) => settlements.length > 0)!;
  const { receipts, sketches, pool, settlementId } = group.settlements[0]!;
  const { groupsTree, payoutsTree } = epoch;
  const facts = drawn.honest.factsFor(groupsTree.root, payoutsTree.root).settlementOf(settlementId)!;
  const { chainId } = inputs;
  const { modelVersion, method } = group;
  const next = (await ledger.settlementCount()) + 1n;
  const opened = await origins.openSettlement(ledger, modelVersion, rootOf(facts.receipts), facts.count, facts.pool);
  await opened.wait();
  const contents = { settlementId: next, k: method.k, sketches };
  const { hash } = await writeSettlementBundle(bundles, { chainId, modelVersion, receipts, sketches: contents });
  const root = rootOf(facts.sketches);
  const signatures = await attributors.sign(ledger, next, root.hash);
  await (await ledger.commitSketches(next, root, hash, signatures)).wait();
  const number = (await ledger.settlementOf(next)).epoch;
  const until = async (time: bigint): Promise<void> => chain.controls.setNextBlockTimestamp({ timestamp: time + 1n });
  await until(await ledger.epochEnd(number));
  await (await ledger.advance(100n)).wait();
  const { positions, cumulative } = before.payouts;
  const following = {
    ...{ ...inputs, epoch: number },
    previousPayouts: Array.from(positions, (position, i) => [BigInt(position), u128At(cumulative, i)] as const),
    groups: [{ ...group, plainPool: 0n, settlements: [{ settlementId: next, pool, receipts, sketches }] }],
  };
  const attributed = await attributeEpoch(following);
  const published = await writeEpochBundle(bundles, following, attributed, manifestRoot(before.payoutsTree.root));
  const { groups, payouts } = rootsOf(attributed);
  await (await ledger.connect(proposer).propose(number, rootOf(groups), rootOf(payouts), published.hash)).wait();
  await until(BigInt((await ledger.proposalOf(number, 0)).finalizableAt));
  await (await ledger.finalize(number)).wait();
  return number;
}

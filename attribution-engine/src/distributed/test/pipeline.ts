// Index building and attribution of a small model: what must not depend on who computes it.
import { attributeEpoch } from "../../attribution/epoch.ts";
import { engineInputs } from "../../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../../attribution/test/random-epoch.ts";
import { buildIndex } from "../../index/build-index.ts";
import { buildIndexTree } from "../../index/index-tree.ts";
import { signTexts } from "../../index/sign-texts.ts";
import type { Adapter } from "../../model/adapter.ts";
import { buildSketchBasis } from "../../sketch/own-model.ts";
import { sketchTexts } from "../../sketch/sketch-texts.ts";
import { smallModel } from "../../sketch/test/small-model.ts";
import type { ShardRunner } from "../shard-runner.ts";

const K = 32;
const METHOD = { k: K, topK: 8, debitFactor: 192, tau: 64_225, delta: 32_000, signatureMatch: 192 };
const BASIS = { seed: 1, widths: { inner: 4, headInput: 4, headOutput: 16 }, curvatureSamples: 64, damping: 1 };

/** Digest of everything that comes out: basis, sketches, index root, group and payout roots. */
export async function runPipeline(adapter: Adapter, shards?: ShardRunner): Promise<object> {
  const { base, texts, tokens } = smallModel();
  const work = { workers: 1, shards };
  const basis = await buildSketchBasis(base, adapter, tokens, { k: K, ...BASIS }, work);
  const sketches = await sketchTexts(base, adapter, basis, tokens, base.shape.context, work);
  const records = {
    ...signTexts(texts),
    contributionIds: new BigUint64Array(texts.length).fill(1n),
    recordIndexes: Uint32Array.from(texts.keys()),
  };
  const method = { ...METHOD, sketchSpec: `0x${"00".repeat(32)}` } as const;
  const index = await buildIndex(records, sketches, method, { shards, tileBytes: 48 * K });
  const inputs = engineInputs(randomEpoch(7));
  const tiles = { recordBytes: 5 * K, queries: 3 };
  const { groupsTree, payoutsTree } = await attributeEpoch(inputs, { shards, tiles });
  return {
    map: basis.map,
    unit: basis.unit,
    sketches,
    novelties: index.novelties,
    witnesses: index.witnesses,
    index: buildIndexTree(index).root,
    groups: groupsTree.root,
    payouts: payoutsTree.root,
  };
}

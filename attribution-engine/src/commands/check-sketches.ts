// Stage `check-sketches`: computes the sketches of a settlement's calls again and says which of those committed are outside the tolerance.
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { readSettlementBundle } from "../bundle/settlement-bundle.ts";
import { expectRoot, readSettlement } from "../chain/settlement-view.ts";
import { checkSketches } from "../sketch/check-sketches.ts";
import { connectReader } from "./connection.ts";
import { FILES, readJson } from "./files.ts";
import { type SketchesFile, sketchesFile, sketchSettlement } from "./sketch-calls.ts";
import { required, type Stage } from "./stage.ts";

export const checkSketchesStage: Stage = {
  about: "sketch the calls of --settlement again and say which committed sketches can be disputed",
  async run(context) {
    const id = required(context.options.settlement, "--settlement");
    const { reader, contracts } = await connectReader(context);
    const { bundleHash } = readJson<SketchesFile>(context.work, sketchesFile(id), "sketch-calls");
    const { contents } = await readSettlementBundle(join(context.work, FILES.bundles), bundleHash);
    if (contents.sketches === undefined) throw new Error(`bundle ${bundleHash} has no sketches`);
    const { k, sketches } = contents.sketches;
    const root = manifestRoot(buildSketchesTree(hashReceipts(contents.receipts), sketches, k).root);
    const settlement = await readSettlement(reader, contracts.ledger, BigInt(id));
    expectRoot(`settlement ${id}, sketches of bundle ${bundleHash}`, root, settlement.sketches);
    const own = await sketchSettlement(context, id);
    const outside = checkSketches({ k, sketches }, { k: own.length / contents.receipts.count, sketches: own });
    return { settlement: id, calls: contents.receipts.count, outside };
  },
};

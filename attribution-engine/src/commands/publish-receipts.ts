// Stage `publish-receipts`: writes a settlement's receipts as a bundle, without any text.
import { join } from "node:path";
import { openBundle } from "../bundle/bundle-directory.ts";
import { writeSettlementBundle } from "../bundle/settlement-bundle.ts";
import { FILES } from "./files.ts";
import { readReceiptRows } from "./receipt-rows-file.ts";
import { readSettlementFile } from "./settlement-file.ts";
import { integerOf, required, type Stage } from "./stage.ts";

export const publishReceiptsStage: Stage = {
  about: "publish the receipts of --settlement, or of a gateway's file --receipts, as a bundle",
  async run({ work, options }) {
    const receipts =
      options.receipts === undefined
        ? readSettlementFile(work, required(options.settlement, "--settlement")).receipts
        : readReceiptRows(options.receipts);
    const bundles = join(work, FILES.bundles);
    const { hash } = await writeSettlementBundle(bundles, {
      chainId: BigInt(integerOf(options.chain, "--chain")),
      modelVersion: BigInt(integerOf(options.version, "--version")),
      receipts,
    });
    const { manifest } = await openBundle(bundles, hash, "settlement");
    return { bundleHash: hash, root: manifest.receiptsRoot, count: receipts.count };
  },
};

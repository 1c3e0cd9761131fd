// Counts the use of a version for every datanet of its index layout.
import type { Context } from "ponder:registry";
import { modelVersion, versionDatanet } from "ponder:schema";
import { addToDatanet } from "./add-to-totals.ts";

/** @param use Calls with receipts, or fees of calls of any kind. */
export async function addUse(
  context: Pick<Context, "db">,
  event: { block: { timestamp: bigint } },
  versionId: bigint,
  use: { calls?: bigint; fees?: bigint },
): Promise<void> {
  const { calls = 0n, fees = 0n } = use;
  const { datanetIds } = (await context.db.find(modelVersion, { id: versionId })) ?? { datanetIds: [] };
  for (const datanetId of datanetIds) {
    await context.db
      .update(versionDatanet, { versionId, datanetId })
      .set((row) => ({ callCount: row.callCount + calls, fees: row.fees + fees }));
    await addToDatanet(context, event, datanetId, use);
  }
}

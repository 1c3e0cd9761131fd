// A small attributed epoch that has everything: for tests of what is made of one.
import { attributeEpoch, type AttributedEpoch } from "../epoch.ts";
import type { EpochInputs } from "../epoch-inputs.ts";
import { engineInputs } from "./engine-inputs.ts";
import { randomEpoch } from "./random-epoch.ts";

/** An epoch with well-formed indexes, several groups and someone paid besides the treasury. */
export async function someEpoch(): Promise<{ inputs: EpochInputs; epoch: AttributedEpoch }> {
  for (let seed = 0; ; seed++) {
    const plain = randomEpoch(seed);
    for (const { records } of plain.groups) {
      for (const record of records) if (record.scale === 0n) record.scale = 1n;
      if (records[0]) records[0].novelty = 255n;
    }
    const inputs = engineInputs(plain);
    const epoch = await attributeEpoch(inputs);
    if (epoch.groups.length > 1 && epoch.earnings.count > 4 && plain.previous.length > 1) return { inputs, epoch };
  }
}

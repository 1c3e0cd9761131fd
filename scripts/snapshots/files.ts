// Compares the committed snapshots with the contracts as they are built now.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuiltContract, isDeployable, readBuild } from "../build-info.ts";
import { root } from "../child.ts";
import { changedLines, snapshotOf } from "./render.ts";

export const SNAPSHOT_FOLDER = join(root, "snapshots");

export type Difference = { contract: string; file: string; text: string | undefined; changes: string[] };

export function snapshotText(contract: BuiltContract): string {
  return `${JSON.stringify(snapshotOf(contract), undefined, 2)}\n`;
}

/** Snapshots that are missing, no longer true, or of no contract any more (`text` undefined). */
export function snapshotDifferences(): Difference[] {
  const contracts = readBuild().filter(isDeployable);
  const differences: Difference[] = [];
  for (const contract of contracts) {
    const file = join(SNAPSHOT_FOLDER, `${contract.name}.json`);
    const text = snapshotText(contract);
    const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (committed === text) continue;
    const changes = committed === "" ? ["+ (new)"] : changedLines(committed, text);
    differences.push({ contract: contract.name, file, text, changes });
  }
  for (const file of globSync(join(SNAPSHOT_FOLDER, "*.json"))) {
    const name = basename(file, ".json");
    if (contracts.some((contract) => contract.name === name)) continue;
    differences.push({ contract: name, file, text: undefined, changes: ["- (gone)"] });
  }
  return differences;
}

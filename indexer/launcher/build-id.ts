// Names the database schema of one build: other code or other contracts fill other tables.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ABIS } from "./abis.ts";
import type { ChainIdentity } from "./chain-identity.ts";
import type { Deployment } from "./deployment.ts";

/** Tables with another meaning must not meet: the digest covers what the events are and how they are folded. */
export function schemaName(root: string, { chainId, fingerprint }: ChainIdentity, deployment: Deployment): string {
  const hash = createHash("sha256")
    .update(fingerprint)
    .update(JSON.stringify([deployment, ABIS]));
  for (const file of [
    "ponder.config.ts",
    "ponder.schema.ts",
    ...sourcesIn(root, "schema"),
    ...sourcesIn(root, "src"),
  ]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return `tributary_${chainId}_${hash.digest("hex").slice(0, 12)}`;
}

function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => `${folder}/${entry.name}`)
    .sort();
}

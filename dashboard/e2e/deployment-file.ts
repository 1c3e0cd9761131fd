// A deployment file of the place that is tested, for commands that are started beside it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zeroAddress } from "viem";
import type { Place } from "./place.ts";

export interface DeploymentFile {
  readonly path: string;
  remove: () => void;
}

/** What the dashboard tells browsers of it; who deployed it and by which transactions plays no part in reading. */
export function writeDeployment({ config: { chainId, deployment } }: Place): DeploymentFile {
  const folder = mkdtempSync(join(tmpdir(), "tributary-e2e-deployment-"));
  const path = join(folder, `${chainId}.json`);
  const unused = { deployer: zeroAddress, paymentTokens: [], transactions: {}, parameters: {} };
  writeFileSync(path, JSON.stringify({ chainId, ...deployment, ...unused }));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

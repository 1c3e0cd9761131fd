// What the browser has to know of the place that the dashboard shows; served as /config.json.
import { readFile } from "node:fs/promises";
import { parseDeployment } from "@tributary/protocol/deployment";
import type { DashboardConfig } from "../data/config.ts";

export interface Place {
  /** HTTP JSON-RPC address of the chain, as the browser reaches it. */
  rpcUrl: string;
  /** Base address of the indexer, without /graphql. */
  indexerUrl: string;
  gatewayUrl?: string;
  /** Path of the deployment file. */
  deployment: string;
  /** Folder of answers that their payer kept. */
  answers?: string;
}

/** Throws an error that names the file and the field if the deployment file is malformed. */
export async function configOf(place: Place): Promise<DashboardConfig> {
  let text: string;
  try {
    text = await readFile(place.deployment, "utf8");
  } catch (cause) {
    throw new Error(`${place.deployment}: no such deployment file; deploy the contracts first, or name another one`, {
      cause,
    });
  }
  const { chainId, block, addresses } = parseDeployment(JSON.parse(text), place.deployment);
  return {
    chainId,
    rpcUrl: place.rpcUrl,
    indexerUrl: place.indexerUrl.replace(/\/(graphql)?$/, ""),
    ...(place.gatewayUrl === undefined ? {} : { gatewayUrl: place.gatewayUrl }),
    deployment: { block, addresses },
    answers: place.answers !== undefined,
  };
}

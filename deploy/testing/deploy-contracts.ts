// Deploys the contracts to a test's chain with windows that no real transaction runs into.
import { join } from "node:path";
import type { Deployment } from "@tributary/protocol/deployment";
import { deployAll } from "../deploy-all.ts";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { local } from "../networks/local.ts";
import type { Parameters } from "../parameters.ts";
import type { Chain } from "./anvil.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export interface Protocol {
  /** The deployment file. */
  file: string;
  addresses: Readonly<Deployment["addresses"]>;
  /** Those of further payment tokens. */
  paymentTokens: Deployment["paymentTokens"];
}

/**
 * @param folder Where the deployment's state and its file are kept.
 * @param more Parameters that a test wants to be others.
 */
export async function deployContracts(
  { rpcUrl }: Chain,
  folder: string,
  more: Partial<Parameters> = {},
): Promise<Protocol> {
  const { addresses, paymentTokens, chainId } = await deployAll({
    rpcUrl,
    privateKey: localPrivateKey(0),
    parameters: {
      ...local.parameters,
      unbondingSeconds: DAY_SECONDS,
      commissionDelaySeconds: DAY_SECONDS,
      epochSeconds: HOUR_SECONDS,
      sketchWindowSeconds: HOUR_SECONDS / 4,
      challengeWindowSeconds: HOUR_SECONDS / 2,
      settlementLifetimeSeconds: 90 * DAY_SECONDS,
      leastReviewWindowSeconds: HOUR_SECONDS,
      mostReviewWindowSeconds: 30 * DAY_SECONDS,
      withheldAnswerableSeconds: HOUR_SECONDS,
      wrongAnswerableSeconds: HOUR_SECONDS,
      disputeAnswerableSeconds: HOUR_SECONDS,
      indexWindowSeconds: HOUR_SECONDS,
      ...more,
    },
    stateDir: folder,
  });
  return { file: join(folder, "deployments", `${chainId}.json`), addresses, paymentTokens };
}

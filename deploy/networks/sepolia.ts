// Sepolia, the test network of Ethereum.
import { ETHEREUM_FINALITY } from "@tributary/protocol/finality";
import type { Network } from "../network.ts";
import { publicParameters } from "./public-parameters.ts";
import { TEST_NETWORK_AGENT_REGISTRY, TEST_ETHEREUM_PRICES } from "./shared-facts.ts";

export const sepolia = {
  name: "sepolia",
  title: "Sepolia",
  chainIds: [11155111],
  kind: "ethereum",
  confirmations: 3,
  finality: ETHEREUM_FINALITY,
  prices: TEST_ETHEREUM_PRICES,
  parameters: { ...publicParameters, agentRegistry: TEST_NETWORK_AGENT_REGISTRY },
} as const satisfies Network;

// Base Sepolia, the test network of Base.
import type { Network } from "../network.ts";
import { publicParameters } from "./public-parameters.ts";
import { TEST_NETWORK_AGENT_REGISTRY, OP_STACK_FINALITY } from "./shared-facts.ts";

export const baseSepolia = {
  name: "base-sepolia",
  title: "Base Sepolia",
  chainIds: [84532],
  kind: "op-stack",
  confirmations: 5,
  finality: OP_STACK_FINALITY,
  parameters: { ...publicParameters, agentRegistry: TEST_NETWORK_AGENT_REGISTRY },
} as const satisfies Network;

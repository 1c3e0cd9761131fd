// Base Sepolia, the test network of Base.
import { OP_STACK_FINALITY } from "@tributary/protocol/finality";
import type { Network } from "../network.ts";
import { publicParameters } from "./public-parameters.ts";
import { TEST_NETWORK_AGENT_REGISTRY, OP_STACK_PRICES } from "./shared-facts.ts";

export const baseSepolia = {
  name: "base-sepolia",
  title: "Base Sepolia",
  chainIds: [84532],
  kind: "op-stack",
  confirmations: 5,
  finality: OP_STACK_FINALITY,
  prices: OP_STACK_PRICES,
  parameters: { ...publicParameters, agentRegistry: TEST_NETWORK_AGENT_REGISTRY },
} as const satisfies Network;

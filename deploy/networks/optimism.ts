// OP Mainnet, a rollup of the OP Stack.
import { OP_STACK_FINALITY } from "@tributary/protocol/finality";
import type { Network } from "../network.ts";
import { publicParameters } from "./public-parameters.ts";
import { MAIN_NETWORK_AGENT_REGISTRY, OP_STACK_PRICES } from "./shared-facts.ts";

export const optimism = {
  name: "optimism",
  title: "OP Mainnet",
  chainIds: [10],
  kind: "op-stack",
  confirmations: 5,
  finality: OP_STACK_FINALITY,
  prices: OP_STACK_PRICES,
  parameters: { ...publicParameters, agentRegistry: MAIN_NETWORK_AGENT_REGISTRY },
} as const satisfies Network;

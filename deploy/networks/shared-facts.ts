// Facts about public networks that several of them share, each with its source.
import type { Finality } from "../network.ts";

/** Two epochs of 32 slots of 12 s behind the head. */
export const ETHEREUM_FINALITY: Finality = {
  blockSeconds: 12,
  finalSeconds: 13 * 60,
  source: "https://ethereum.org/en/developers/docs/consensus-mechanisms/pos/ (finality)",
};

/** The sequencer's blocks are final once their data is in a final block of Ethereum. */
export const OP_STACK_FINALITY: Finality = {
  blockSeconds: 2,
  finalSeconds: 30 * 60,
  source: "https://docs.optimism.io/stack/transactions/transaction-finality (20 to 30 minutes)",
};

/** ERC-8004 identity registry on main networks; source: https://github.com/erc-8004/erc-8004-contracts, https://docs.base.org/ai-agents/reference/contracts */
export const MAIN_NETWORK_AGENT_REGISTRY = "0x8004A169FB4a3325136EB29fA0ceB6D2e539a432";

/** The same on test networks. */
export const TEST_NETWORK_AGENT_REGISTRY = "0x8004A818BFB912233c491871b3d84c89A494BD9e";

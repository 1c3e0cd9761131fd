// Facts about public networks that several of them share, each with its source.
import type { AssumedPrices } from "../network.ts";

const GWEI = 10n ** 9n;

/** All OPEN together worth 1,000 ether, and gas well above what rollups of the OP Stack ask on most days. */
export const OP_STACK_PRICES: AssumedPrices = { gasPriceWei: GWEI / 10n, openPriceWei: 1_000n * GWEI };

/** A test network's ether has no price; these say how much of it whoever hands OPEN out there should give in exchange. */
export const TEST_ETHEREUM_PRICES: AssumedPrices = { gasPriceWei: 5n * GWEI, openPriceWei: 100_000n * GWEI };

/** ERC-8004 identity registry on main networks; source: https://github.com/erc-8004/erc-8004-contracts, https://docs.base.org/ai-agents/reference/contracts */
export const MAIN_NETWORK_AGENT_REGISTRY = "0x8004A169FB4a3325136EB29fA0ceB6D2e539a432";

/** The same on test networks. */
export const TEST_NETWORK_AGENT_REGISTRY = "0x8004A818BFB912233c491871b3d84c89A494BD9e";

// The local network: anvil or a Hardhat node, with windows short enough to wait for.
import { localAddress, LOCAL_CHAIN_IDS } from "../local-keys.ts";
import type { Network } from "../parameters.ts";

const OPEN = 10n ** 18n;

/** Units and ranges of the parameters: `../parameters.ts`. Accounts are those of the development mnemonic, by index. */
export const local: Network = {
  name: "local",
  chainIds: LOCAL_CHAIN_IDS,
  isLocal: true,
  confirmations: 1,
  parameters: {
    tokenRecipient: localAddress(0),
    treasury: localAddress(1),
    attributors: [localAddress(6), localAddress(7)],
    attributorQuorum: 2,

    epochSeconds: 15,
    sketchWindowSeconds: 4,
    challengeWindowSeconds: 8,
    settlementLifetimeSeconds: 600,
    bondFloor: 100n * OPEN,
    bondBps: 500,

    leastReviewWindowSeconds: 4,
    mostReviewWindowSeconds: 3_600,

    treasuryLeastBps: 100,
    treasuryMostBps: 500,
    indexBond: 1_000n * OPEN,
    indexWindowSeconds: 4,
  },
};

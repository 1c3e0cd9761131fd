// The local chain's well-known accounts and the role that each plays in the main job. Never use these keys on a real network.
import { mnemonicToAccount, nonceManager, type HDAccount } from "viem/accounts";

/** The public development mnemonic of Hardhat and Foundry: everybody knows these keys. */
export const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";
export const LOCAL_ACCOUNT_COUNT = 80;

const FIXED_ROLES = [
  "deployer",
  "treasury",
  "developer",
  "gateway",
  "facilitator",
  "curatorA",
  "curatorB",
  "attributorA",
  "attributorB",
  "proposer",
  "staker",
  "copier",
  "watcher",
  "liar",
] as const;
export type FixedRole = (typeof FIXED_ROLES)[number];

const FIRST_PAYER = FIXED_ROLES.length;
export const PAYER_COUNT = 6;
/** Index of the first contributor's account. */
export const FIRST_CONTRIBUTOR = FIRST_PAYER + PAYER_COUNT;
export const MOST_CONTRIBUTORS = LOCAL_ACCOUNT_COUNT - FIRST_CONTRIBUTOR;

function account(index: number): HDAccount {
  return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: index, nonceManager });
}

export function roleAccount(role: FixedRole): HDAccount {
  return account(FIXED_ROLES.indexOf(role));
}

/** Simulated payers, 0 to PAYER_COUNT − 1. */
export function payerAccount(index: number): HDAccount {
  if (index >= PAYER_COUNT) throw new RangeError(`payer ${index}: there are ${PAYER_COUNT}`);
  return account(FIRST_PAYER + index);
}

/** One wallet per contributor (speaker or author), 0 to MOST_CONTRIBUTORS − 1. */
export function contributorAccount(index: number): HDAccount {
  if (index >= MOST_CONTRIBUTORS)
    throw new RangeError(`contributor ${index}: the local chain has wallets for ${MOST_CONTRIBUTORS}`);
  return account(FIRST_CONTRIBUTOR + index);
}

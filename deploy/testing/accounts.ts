// The test's accounts by the roles that they play; all but the deployer get OPEN from it.
import { accountAt } from "./anvil.ts";

export const deployer = accountAt(0);
export const attributors = [accountAt(6), accountAt(7)] as const;
/** Validators: the second one does not reveal a vote. */
export const dora = accountAt(8);
export const erin = accountAt(9);
export const developer = accountAt(10);
export const gateway = accountAt(11);
export const curator = accountAt(12);
export const alice = accountAt(13);
export const bob = accountAt(14);
export const carol = accountAt(15);
export const proposer = accountAt(16);
export const staker = accountAt(17);
/** What each of them gets, base units. */
export const PURSE = 10n ** 24n;

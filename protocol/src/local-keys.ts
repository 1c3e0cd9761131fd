// The development keys that everybody knows: only for chains that hold nothing of value.
import { type Address, type Hex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** The public development mnemonic of Hardhat and Foundry. */
const MNEMONIC = "test test test test test test test test test test test junk";
/** How many of its accounts are recognised. */
const RECOGNISED = 100;

/** Chain ids of local chains: Hardhat and anvil, and the older habit. */
export const LOCAL_CHAIN_IDS: readonly number[] = [31337, 1337];

/** Address of a development account. */
export function localAddress(index: number): Address {
  return mnemonicToAccount(MNEMONIC, { addressIndex: index }).address;
}

/** Private key of a development account. */
export function localPrivateKey(index: number): Hex {
  return toHex(mnemonicToAccount(MNEMONIC, { addressIndex: index }).getHdKey().privateKey!);
}

/**
 * Refuses addresses whose keys everybody knows, except on local chains.
 * @param named what each address is for
 * @throws Error naming the first one
 */
export function refuseKnownKeys(chainId: number, named: Readonly<Record<string, Address | undefined>>): void {
  if (LOCAL_CHAIN_IDS.includes(chainId)) return;
  const known = new Set(Array.from({ length: RECOGNISED }, (_, index) => localAddress(index)));
  for (const [name, address] of Object.entries(named)) {
    if (address !== undefined && known.has(address))
      throw new Error(
        `${name} is ${address}, an account of the public development mnemonic, and chain ${chainId} is not a local one: anybody could empty it`,
      );
  }
}

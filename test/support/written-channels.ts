// Writes into the storage of the channel contract what would take a deposit and a claim.
import { AbiCoder, type Addressable, keccak256, toBeHex } from "ethers";

/** Of `BatchSettlement.channels`, by its storage layout. */
const CHANNELS_SLOT = 2n;

/** What the contract says of its channels. */
interface Channels extends Addressable {
  channels(id: string): Promise<{ readonly totalClaimed: bigint }>;
}

/** Has so much claimed from a channel, and nothing left in it. */
export async function writeClaimed(
  provider: { send(method: string, params: unknown[]): Promise<unknown> },
  channels: Channels,
  id: string,
  claimed: bigint,
): Promise<void> {
  const slot = keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [id, CHANNELS_SLOT]));
  const word = toBeHex((claimed << 128n) | claimed, 32);
  await provider.send("hardhat_setStorageAt", [await channels.getAddress(), slot, word]);
  const { totalClaimed } = await channels.channels(id);
  if (totalClaimed !== claimed)
    throw new Error(`channel ${id} says ${totalClaimed}: its storage is laid out otherwise`);
}

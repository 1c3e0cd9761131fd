// The epochs that the ledger finalised, as the chain says.
import { type Hex, zeroHash } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { RootHex } from "@tributary/protocol/opened-leaf";
import { eventsOf, noEvent } from "../chain/events.ts";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";

export interface FinalEpoch {
  readonly epoch: bigint;
  readonly proposal: number;
  readonly payouts: RootHex;
  /** What its proposer published. */
  readonly bundleHash: Hex;
  /** Of the block in which it became final, Unix seconds. */
  readonly at: bigint;
  readonly blockNumber: bigint;
  readonly logIndex: number;
}

/** In their order. @param fromBlock nothing earlier is read */
export async function finalEpochs(chain: Chain, fromBlock = BigInt(chain.deployment.block)): Promise<FinalEpoch[]> {
  const ledger = { address: chain.deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const events = await eventsOf(chain, { ...ledger, eventName: "Finalized", fromBlock });
  return Promise.all(
    events.map(async ({ args: { epoch, proposal, payouts }, blockNumber, logIndex }) => {
      const [{ bundleHash }, { timestamp }] = await Promise.all([
        chain.client.readContract({ ...ledger, functionName: "proposalOf", args: [epoch, proposal] }),
        chain.client.getBlock({ blockNumber }),
      ]);
      return { epoch, proposal, payouts, bundleHash, at: timestamp, blockNumber, logIndex };
    }),
  );
}

/** All that are final. @throws UserError if the ledger is at a root of which no event tells: what was attributed is then more than they say */
export async function allFinalEpochs(chain: Chain): Promise<FinalEpoch[]> {
  const root = await newestPayouts(chain);
  const epochs = await finalEpochs(chain);
  if (root !== undefined && !epochs.some(({ payouts }) => payouts.hash === root.hash))
    throw new UserError(
      `the ledger's payouts root is ${root.hash}, and ${noEvent("of the epoch that it became final with")}`,
      1,
    );
  return epochs;
}

/** The root that claims are opened in now; `undefined` before the first epoch is final. */
export async function newestPayouts({ client, deployment }: Chain): Promise<RootHex | undefined> {
  const address = deployment.addresses.RoyaltyLedger;
  const root = await client.readContract({ address, abi: royaltyLedgerAbi, functionName: "payoutsRoot" });
  return root.hash === zeroHash ? undefined : root;
}

/**
 * The epoch whose root claims are opened in now; `undefined` before the first epoch is final.
 * @throws UserError if the ledger has a root and no event tells of its epoch: what was attributed is then not nothing
 */
export async function newestFinal(chain: Chain): Promise<FinalEpoch | undefined> {
  const root = await newestPayouts(chain);
  if (root === undefined) return undefined;
  const found = (await finalEpochs(chain)).findLast(({ payouts }) => payouts.hash === root.hash);
  if (found !== undefined) return { ...found, payouts: root };
  throw new UserError(
    `nothing was claimed: the ledger's payouts root is ${root.hash}, and ${noEvent("of the epoch that it became final with")}`,
    1,
  );
}

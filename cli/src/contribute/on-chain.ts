// What the chain has of the journal's entries: which are made, under what number, and which are reserved.
import { type Hex, zeroAddress } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { eventsOf } from "../chain/events.ts";
import type { Wallet } from "../chain/wallet.ts";
import type { Chain } from "../connection.ts";
import type { ContentFolder } from "./content-folder.ts";
import type { Entry, Journal } from "./journal.ts";

/** A chain that is reorganised may have what was sent in an earlier block than the one that it was sent after, by at most so many. */
const REORGANISED_BLOCKS = 1_000n;

/** What an account has noted of its contributions to a datanet. */
export interface Noted {
  readonly chain: Chain;
  readonly wallet: Wallet;
  readonly journal: Journal;
  readonly contents: ContentFolder;
  readonly datanet: bigint;
}

/** Waits for what a killed run has sent, and notes what the chain has by then; sends nothing. @returns the entries that are not made */
export async function takeStock(noted: Noted): Promise<Entry[]> {
  const { wallet, journal, contents } = noted;
  await wallet.settle();
  // A killed run may have noted contributions whose records it had not given their numbers.
  for (const entry of journal.entries()) if (entry.contribution !== undefined) contents.made(entry, entry.contribution);
  await forgetLost(noted);
  return unmadeEntries(noted, (entry, contribution) => noteMade(noted, entry, contribution));
}

/** The entries that are not made. What the chain has of those that the journal does not know to be made goes to `onFound`; nothing is written. */
export async function unmadeEntries(
  noted: Noted,
  onFound: (entry: Entry, contribution: bigint) => void,
): Promise<Entry[]> {
  const unmade: Entry[] = [];
  for (const entry of noted.journal.entries().filter(({ contribution }) => contribution === undefined)) {
    const found = await contributionOnChain(noted, entry);
    if (found === undefined) unmade.push(entry);
    else onFound(entry, found);
  }
  return unmade;
}

export function noteMade({ journal, contents }: Noted, entry: Entry, contribution: bigint): void {
  journal.made(entry, contribution);
  contents.made(entry, contribution);
}

/** The hash by which an entry is reserved. */
export function reservationOf({ chain: { deployment }, wallet, datanet }: Noted, { root, salt }: Entry): Hex {
  const { chainId, addresses } = deployment;
  const place = { chainId: BigInt(chainId), registry: addresses.DatanetRegistry, contributor: wallet.address };
  return reservationHash({ ...place, datanetId: datanet, contentRoot: root, salt });
}

/** Whether the chain has a reservation of an entry that is not used. */
export async function isReserved(noted: Noted, entry: Entry): Promise<boolean> {
  if (!entry.isReserving) return false;
  const { client, deployment } = noted.chain;
  const block = await client.readContract({
    ...{ address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
    functionName: "reservedAt",
    args: [reservationOf(noted, entry)],
  });
  return block !== 0n;
}

/** A reorganisation of the chain may have taken back what was made. */
async function forgetLost({ chain: { client, deployment }, wallet, journal, contents }: Noted): Promise<void> {
  for (const entry of journal.entries()) {
    if (entry.contribution === undefined) continue;
    const found = await client
      .readContract({
        ...{ address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
        functionName: "contributionOf",
        args: [entry.contribution],
      })
      .catch(() => undefined);
    const { contributor = zeroAddress, contentHash } = found ?? {};
    if (contributor === wallet.address && contentHash === entry.root.hash) continue;
    contents.lost(entry, entry.contribution);
    journal.made(entry, undefined);
  }
}

async function contributionOnChain(noted: Noted, entry: Entry): Promise<bigint | undefined> {
  if (!entry.isReserving || (await isReserved(noted, entry))) return undefined;
  const { chain, wallet, datanet } = noted;
  const made = await eventsOf(chain, {
    address: chain.deployment.addresses.DatanetRegistry,
    abi: datanetRegistryAbi,
    eventName: "ContributionMade",
    args: { datanet, contributor: wallet.address },
    fromBlock: firstBlockOf(chain, entry),
  });
  return made.find(({ args }) => args.contentRoot.hash === entry.root.hash)?.args.contribution;
}

/** No earlier block has anything of it. */
function firstBlockOf({ deployment }: Chain, { fromBlock }: Entry): bigint {
  const first = BigInt(deployment.block);
  return fromBlock > first + REORGANISED_BLOCKS ? fromBlock - REORGANISED_BLOCKS : first;
}

// What the chain has of the journal's entries: which are made, under what number, and which are reserved.
import { type Hex, zeroAddress } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { someAtATime } from "../chain/some-at-a-time.ts";
import type { Wallet } from "../chain/wallet.ts";
import type { Chain } from "../connection.ts";
import type { ContentFolder } from "./content-folder.ts";
import type { Entry, Journal } from "./journal.ts";

/** A chain that is reorganised may have what was sent in an earlier block than the one that it was sent after, by at most so many. */
const REORGANISED_BLOCKS = 1_000n;

/** Contributions that are read at once. */
const PAGE = 200;

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
  const saltOf = (root: Hex): Hex | undefined => journal.saltOf(root);
  // A killed run may have noted contributions whose records it had not given their numbers.
  for (const entry of journal.entries())
    if (entry.contribution !== undefined) contents.made(entry, entry.contribution, saltOf);
  await forgetLost(noted);
  return unmadeEntries(noted, (entry, contribution) => noteMade(noted, entry, contribution));
}

/** The entries that are not made. What the chain has of those that the journal does not know to be made goes to `onFound`; nothing is written. */
export async function unmadeEntries(
  noted: Noted,
  onFound: (entry: Entry, contribution: bigint) => void,
): Promise<Entry[]> {
  const entries = noted.journal.entries().filter(({ contribution }) => contribution === undefined);
  // What is made uses its reservation up: so what is reserved is not made, and what is made is there by now.
  const isOpen = await someAtATime(entries, async (entry) => !entry.isReserving || (await isReserved(noted, entry)));
  const sent = entries.filter((_, i) => !isOpen[i]);
  const own = await ownContributions(noted, sent);
  const unmade: Entry[] = [];
  for (const entry of entries) {
    const found = sent.includes(entry) ? own.get(entry.root.hash) : undefined;
    if (found === undefined) unmade.push(entry);
    else onFound(entry, found);
  }
  return unmade;
}

/**
 * What the account has contributed to the datanet since the entries were noted, by content root.
 * Read from the registry's state, from the newest back: a node's events may be pruned or late, and what they do not tell would be contributed twice.
 */
async function ownContributions(
  { chain, wallet, datanet }: Noted,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Hex, bigint>> {
  const own = new Map<Hex, bigint>();
  if (entries.length === 0) return own;
  const { client, deployment } = chain;
  const registry = { address: deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
  const fromBlock = entries.map((entry) => firstBlockOf(chain, entry)).reduce((a, b) => (a < b ? a : b));
  const { timestamp: since } = await client.getBlock({ blockNumber: fromBlock });
  let last = await client.readContract({ ...registry, functionName: "contributionCount" });
  while (last > 0n) {
    const numbers = Array.from({ length: Math.min(Number(last), PAGE) }, (_, i) => last - BigInt(i));
    const page = await someAtATime(numbers, async (contribution) => ({
      contribution,
      ...(await client.readContract({ ...registry, functionName: "contributionOf", args: [contribution] })),
    }));
    // Of two with a root, the older one.
    for (const { contribution, contributor, datanet: its, contentHash, contributedAt } of page)
      if (contributor === wallet.address && its === datanet && BigInt(contributedAt) >= since)
        own.set(contentHash, contribution);
    if (BigInt(page.at(-1)!.contributedAt) < since) break;
    last -= BigInt(numbers.length);
  }
  return own;
}

export function noteMade({ journal, contents }: Noted, entry: Entry, contribution: bigint): void {
  journal.made(entry, contribution);
  contents.made(entry, contribution, (root) => journal.saltOf(root));
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

/** No earlier block has anything of it. */
function firstBlockOf({ deployment }: Chain, { fromBlock }: Entry): bigint {
  const first = BigInt(deployment.block);
  return fromBlock > first + REORGANISED_BLOCKS ? fromBlock - REORGANISED_BLOCKS : first;
}

// Brings entries of the journal onto the chain: asks it what is there already, then reserves and contributes the rest.
import {
  encodeFunctionData,
  keccak256,
  parseEventLogs,
  stringToBytes,
  type TransactionReceipt,
  zeroAddress,
} from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { approvalFor } from "../chain/open-tokens.ts";
import { eventsOf } from "../chain/events.ts";
import type { Wallet } from "../chain/wallet.ts";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import type { ContentFolder } from "./content-folder.ts";
import type { Entry, Journal } from "./journal.ts";

/** A chain that is reorganised may have what was sent in an earlier block than the one that it was sent after, by at most so many. */
const REORGANISED_BLOCKS = 1_000n;
/** Contributions whose transactions are under way at a time. */
const AT_A_TIME = 8;

export interface CarryOut {
  readonly chain: Chain;
  readonly wallet: Wallet;
  readonly journal: Journal;
  readonly contents: ContentFolder;
  readonly datanet: bigint;
  readonly bondPerRecord: bigint;
  onProgress(done: number, total: number): void;
}

/**
 * Makes all contributions of the journal that are not made. What a killed run has sent is waited for first; a reservation counts for one contribution, so that
 * the registry itself refuses a second one of the same reservation, and none is reserved anew before it was looked for.
 */
export async function carryOut(run: CarryOut): Promise<void> {
  const { wallet, journal, onProgress } = run;
  await wallet.settle();
  // A killed run may have noted contributions whose records it had not given their numbers.
  for (const entry of journal.entries())
    if (entry.contribution !== undefined) run.contents.made(entry, entry.contribution);
  await forgetLost(run);
  const entries = journal.entries();
  const missing: Entry[] = [];
  for (const entry of entries.filter(({ contribution }) => contribution === undefined)) {
    const found = await contributionOnChain(run, entry);
    if (found === undefined) missing.push(entry);
    else noteMade(run, entry, found);
  }
  let done = entries.length - missing.length;
  onProgress(done, entries.length);
  await allowBonds(run, missing);
  for (let from = 0; from < missing.length; from += AT_A_TIME) {
    const part = missing.slice(from, from + AT_A_TIME);
    await reserve(run, part);
    await contribute(run, part);
    onProgress((done += part.length), entries.length);
  }
}

/** A reorganisation of the chain may have taken back what was made. */
async function forgetLost({ chain: { client, deployment }, wallet, journal, contents }: CarryOut): Promise<void> {
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

function noteMade({ journal, contents }: CarryOut, entry: Entry, contribution: bigint): void {
  journal.made(entry, contribution);
  contents.made(entry, contribution);
}

async function contributionOnChain({ chain, wallet, datanet }: CarryOut, entry: Entry): Promise<bigint | undefined> {
  if (!entry.isReserving || (await isReserved(chain, wallet, datanet, entry))) return undefined;
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

function reservationOf({ deployment }: Chain, wallet: Wallet, datanetId: bigint, { root, salt }: Entry) {
  const { chainId, addresses } = deployment;
  const place = { chainId: BigInt(chainId), registry: addresses.DatanetRegistry, contributor: wallet.address };
  return reservationHash({ ...place, datanetId, contentRoot: root, salt });
}

async function isReserved(chain: Chain, wallet: Wallet, datanet: bigint, entry: Entry): Promise<boolean> {
  const block = await chain.client.readContract({
    ...{ address: chain.deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
    functionName: "reservedAt",
    args: [reservationOf(chain, wallet, datanet, entry)],
  });
  return block !== 0n;
}

async function allowBonds({ chain, wallet, bondPerRecord }: CarryOut, missing: readonly Entry[]): Promise<void> {
  const bond = missing.reduce((sum, { root }) => sum + root.sum * bondPerRecord, 0n);
  if (bond === 0n) return;
  const { DatanetRegistry: registry } = chain.deployment.addresses;
  const approval = await approvalFor(chain, wallet.address, registry, bond, "the bond of the records").catch(
    (error: unknown) => {
      // By now texts and journal are kept: the run failed on the way.
      throw error instanceof UserError ? new UserError(`${error.message}, and run this again`, 1) : error;
    },
  );
  if (approval !== undefined) await wallet.transact(approval);
}

async function reserve({ chain, wallet, journal, datanet }: CarryOut, entries: readonly Entry[]): Promise<void> {
  const open: Entry[] = [];
  for (const entry of entries)
    if (!entry.isReserving || !(await isReserved(chain, wallet, datanet, entry))) open.push(entry);
  journal.reserving(open);
  await wallet.transactAll(
    open.map((entry) => ({
      what: `reserve a contribution of ${entry.root.sum} records`,
      to: chain.deployment.addresses.DatanetRegistry,
      data: encodeFunctionData({
        abi: datanetRegistryAbi,
        functionName: "reserve",
        args: [reservationOf(chain, wallet, datanet, entry)],
      }),
    })),
  );
}

async function contribute(run: CarryOut, entries: readonly Entry[]): Promise<void> {
  const { chain, wallet, datanet } = run;
  const receipts = await wallet.transactAll(
    entries.map(({ kind, root, licence, uri, salt }) => ({
      what: `contribute ${root.sum} records`,
      to: chain.deployment.addresses.DatanetRegistry,
      data: encodeFunctionData({
        abi: datanetRegistryAbi,
        functionName: "contribute",
        args: [datanet, kind, root, keccak256(stringToBytes(licence)), uri, salt],
      }),
    })),
  );
  for (const [i, entry] of entries.entries()) noteMade(run, entry, contributionIn(receipts[i]!));
}

function contributionIn({ logs, transactionHash }: TransactionReceipt): bigint {
  const [made] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "ContributionMade", logs });
  if (made === undefined) throw new UserError(`transaction ${transactionHash} made no contribution: run this again`, 1);
  return made.args.contribution;
}

// Brings entries of the journal onto the chain: asks it what is there already, then reserves and contributes the rest.
import { encodeFunctionData, keccak256, parseEventLogs, stringToBytes, type TransactionReceipt } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { approvalFor } from "../chain/open-tokens.ts";
import { UserError } from "../errors.ts";
import type { Entry } from "./journal.ts";
import { isReserved, noteMade, type Noted, reservationOf, unmadeEntries } from "./on-chain.ts";

const FAILED_ON_THE_WAY = 1;
/** Contributions whose transactions are under way at a time. */
const AT_A_TIME = 8;

export interface CarryOut extends Noted {
  readonly bondPerRecord: bigint;
  onProgress(done: number, total: number): void;
}

/**
 * Makes all contributions of the journal that are not made. What a killed run has sent is waited for first; a reservation counts for one contribution, so that
 * the registry itself refuses a second one of the same reservation, and none is reserved anew before it was looked for.
 */
export async function carryOut(run: CarryOut): Promise<void> {
  try {
    await makeMissing(run);
  } catch (error) {
    // By now texts and journal are kept: the run failed on the way.
    throw error instanceof UserError && error.exitCode !== FAILED_ON_THE_WAY
      ? new UserError(`${error.message}, and run this again`, FAILED_ON_THE_WAY)
      : error;
  }
}

async function makeMissing(run: CarryOut): Promise<void> {
  const { wallet, journal, onProgress } = run;
  await wallet.settle();
  const missing = await unmadeEntries(run, (entry, contribution) => noteMade(run, entry, contribution));
  const total = journal.entries().length;
  let done = total - missing.length;
  onProgress(done, total);
  await allowBonds(run, missing);
  for (let from = 0; from < missing.length; from += AT_A_TIME) {
    const part = missing.slice(from, from + AT_A_TIME);
    await reserve(run, part);
    await contribute(run, part);
    onProgress((done += part.length), total);
  }
}

async function allowBonds({ chain, wallet, bondPerRecord }: CarryOut, missing: readonly Entry[]): Promise<void> {
  const bond = missing.reduce((sum, { root }) => sum + root.sum * bondPerRecord, 0n);
  if (bond === 0n) return;
  const { DatanetRegistry: registry } = chain.deployment.addresses;
  const approval = await approvalFor(chain, wallet.address, registry, bond, "the bond of the records");
  if (approval !== undefined) await wallet.transact(approval);
}

async function reserve(run: CarryOut, entries: readonly Entry[]): Promise<void> {
  const { chain, wallet, journal } = run;
  const open: Entry[] = [];
  for (const entry of entries) if (!(await isReserved(run, entry))) open.push(entry);
  journal.reserving(open);
  await wallet.transactAll(
    open.map((entry) => ({
      what: `reserve a contribution of ${entry.root.sum} records`,
      to: chain.deployment.addresses.DatanetRegistry,
      data: encodeFunctionData({
        abi: datanetRegistryAbi,
        functionName: "reserve",
        args: [reservationOf(run, entry)],
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

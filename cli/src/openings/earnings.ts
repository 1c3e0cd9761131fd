// What a position earned and was paid, entry by entry, from the chain's events and openings that are verified against it.
import { type Address, type Hex, isAddressEqual, isHash, type Log } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { eventsOf, noEvent } from "../chain/events.ts";
import { type Position, readBooks } from "../chain/positions.ts";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import type { NamedCalls } from "./named-calls.ts";
import { NotKept } from "./not-kept.ts";
import { type Handover, handoversOf, ownerAt, ownershipsOf } from "./owners.ts";
import { verifiedPayout } from "./payout.ts";
import type { OpeningSource, PayingCall } from "./source.ts";

/** Calls of an epoch that have an entry each; the rest is one entry. */
const MOST_CALLS = 100;

export interface Entry {
  /** Unix seconds. */
  readonly at: bigint;
  readonly position: bigint;
  /** `paid`: to the owner; the rest is earned. */
  readonly what: "attributed" | "direct" | "paid";
  readonly epoch: bigint | undefined;
  /** The receipt of the call that it came from, where it is of one. */
  readonly receipt: Hex | undefined;
  /** Base units. */
  readonly amount: bigint;
  readonly reason: string;
  /** What can be checked of it, in the words of docs/architecture.md; `proven`: opened from a root on chain. */
  readonly label: "enforced" | "proven";
  readonly transaction: Hex | undefined;
  /** Where it stands on the chain: for attributed income, where its epoch became final. */
  readonly block: bigint;
  readonly logIndex: number;
  /** Whose the position was then. What it had earned and was not paid went with it when it changed hands. */
  readonly owner: Address;
}

/** Before it is looked up whose the position was. */
export type Booked = Omit<Entry, "owner">;

/** A final epoch that the source does not keep, and what of it is not there. */
export type UnknownEpoch = FinalEpoch & { readonly why: string };

export interface Earnings {
  /** In the order of time. */
  readonly entries: readonly Entry[];
  /** The position's transfers. */
  readonly handovers: readonly Handover[];
  /** Epochs that the source does not keep: what they paid is in no entry. */
  readonly missing: readonly UnknownEpoch[];
}

/**
 * @param named opens the calls that are named
 * @param epochs all that are final, and whether what one paid is asked for
 * @throws UserError if an opening does not hold
 */
export async function earningsOf(
  chain: Chain,
  source: OpeningSource,
  named: NamedCalls,
  epochs: readonly FinalEpoch[],
  isAsked: (epoch: FinalEpoch) => boolean,
  position: Position,
): Promise<Earnings> {
  const booked = await bookedOf(chain, position);
  const ownerships = await ownershipsOf(chain, position.position);
  if (!isAddressEqual(ownerships.at(-1)!.owner, position.owner))
    throw new UserError(noEvent(`of how ${position.owner} came to position ${position.position}`), 1);
  const cumulativeAfter = async (final: FinalEpoch): Promise<bigint> =>
    opened(position.position, await source.payout(final, position.position), final.payouts).cumulative;
  const handovers = await handoversOf(position.position, ownerships, booked, epochs, cumulativeAfter);
  const { booked: attributed, missing } = await attributedOver(
    source,
    named,
    epochs.filter(isAsked),
    position.position,
  );
  const entries = [...booked, ...attributed].map((entry) => ({ ...entry, owner: ownerAt(ownerships, entry) }));
  return { entries: entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), handovers, missing };
}

/** Direct income, and all that was paid. @throws UserError if the chain's state has more of either than the node's events tell */
async function bookedOf(chain: Chain, position: Position): Promise<Booked[]> {
  const before = await readBooks(chain, position.position);
  const direct = await directEntries(chain, position);
  const paid = await paidEntries(chain, position);
  const after = await readBooks(chain, position.position);
  const sum = (entries: readonly Booked[]): bigint => entries.reduce((total, { amount }) => total + amount, 0n);
  const told = { claimed: sum(paid.attributed), accrued: sum(direct) - sum(paid.direct) };
  const isSame = (books: typeof before): boolean => books.claimed === told.claimed && books.accrued === told.accrued;
  // Where they changed meanwhile, they are not wrong.
  const hasChanged = before.claimed !== after.claimed || before.accrued !== after.accrued;
  if (!hasChanged && !isSame(after))
    throw new UserError(noEvent(`of some of what position ${position.position} was paid, or of its direct income`), 1);
  return [...direct, ...paid.attributed, ...paid.direct];
}

/** What epochs paid a position: of all that the source keeps. @throws UserError as `attributedEntries` */
export async function attributedOver(
  source: OpeningSource,
  named: NamedCalls,
  epochs: readonly FinalEpoch[],
  position: bigint,
): Promise<{ booked: Booked[]; missing: UnknownEpoch[] }> {
  const booked: Booked[] = [];
  const missing: UnknownEpoch[] = [];
  for (const epoch of epochs)
    try {
      booked.push(...(await attributedEntries(source, named, epoch, position)));
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
      missing.push({ ...epoch, why: error.message });
    }
  return { booked, missing };
}

/** What an epoch paid a position. @throws UserError if the opening does not hold, or a call is named that does not: twice, with no pay, or with another than its opening shows */
export async function attributedEntries(
  source: OpeningSource,
  named: NamedCalls,
  final: FinalEpoch,
  position: bigint,
): Promise<Booked[]> {
  const { epoch, payouts } = final;
  const { earned } = opened(position, await source.payout(final, position), payouts);
  if (earned === 0n) return [];
  const calls = await payingCalls(source, final, position);
  if (calls === undefined) return [{ ...restOf(final, position, earned), reason: NOT_NAMED }];
  checkNamed(calls, `epoch ${epoch}: the calls that are named for position ${position}`);
  const rest = calls.reduce((left, { paid }) => left - paid, earned);
  if (rest < 0n)
    throw new UserError(
      `epoch ${epoch}: the calls that are named paid position ${position} more than it earned: not believed`,
      1,
    );
  await named.verify(final, position, calls);
  const whole = restOf(final, position, rest);
  const entries: Booked[] = calls.map(({ receipt, paid }) => ({
    ...{ ...whole, receipt, amount: paid },
    reason: "records of the position helped this answer: its call was opened from the roots on chain",
  }));
  if (rest > 0n)
    entries.push({
      ...whole,
      reason:
        calls.length === 0
          ? "all that the epoch paid the position, of no call that is named"
          : "what the epoch paid the position beside the calls above: by further calls, and what rounding leaves",
    });
  return entries;
}

const NOT_NAMED =
  "all that the epoch paid the position: by which calls cannot be told, as not all that they are opened from is kept there";

/** Of no call that is named. */
function restOf(final: FinalEpoch, position: bigint, amount: bigint): Omit<Booked, "reason"> {
  const { epoch, at, blockNumber: block, logIndex } = final;
  const attributed = { what: "attributed", receipt: undefined, label: "proven", transaction: undefined } as const;
  return { at, position, epoch, amount, block, logIndex, ...attributed };
}

/** `undefined` where the source has the payouts of the epoch, and not all that calls are opened from. */
async function payingCalls(
  source: OpeningSource,
  final: FinalEpoch,
  position: bigint,
): Promise<readonly PayingCall[] | undefined> {
  try {
    return (await source.payers(final, position, MOST_CALLS)).calls;
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    return undefined;
  }
}

/** What is named has to be what calls can be, before any is asked for. @throws UserError if it is not */
function checkNamed(calls: readonly PayingCall[], what: string): void {
  const receipts = new Set<string>();
  for (const { receipt, paid } of calls) {
    if (!isHash(receipt))
      throw new UserError(`${what}: one is no receipt's id (0x and 64 hex digits): not believed`, 1);
    if (paid <= 0n) throw new UserError(`${what}: ${receipt} paid ${paid}, must be above 0: not believed`, 1);
    const id = receipt.toLowerCase();
    if (receipts.has(id)) throw new UserError(`${what}: ${receipt} is named twice: not believed`, 1);
    receipts.add(id);
  }
}

function opened(...args: Parameters<typeof verifiedPayout>): ReturnType<typeof verifiedPayout> {
  try {
    return verifiedPayout(...args);
  } catch (error) {
    throw new UserError((error as Error).message, 1);
  }
}

async function directEntries(chain: Chain, { position, kind, subject }: Position): Promise<Booked[]> {
  const { addresses } = chain.deployment;
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const fromBlock = BigInt(chain.deployment.block);
  const events = await eventsOf(chain, { ...ledger, eventName: "Accrued", args: { position }, fromBlock });
  const tills = new Map<string, boolean>();
  const isTill = async (account: Hex): Promise<boolean> => {
    const known = tills.get(account) ?? (await readIsTill(chain, account));
    tills.set(account, known);
    return known;
  };
  const licences = await licenceContributions(chain, position);
  const entries: Booked[] = [];
  for (const { args, transactionHash, blockNumber, logIndex } of events) {
    const { from, amount } = args;
    const contribution = licences.get(`${transactionHash} ${logIndex}`) ?? licences.get(transactionHash);
    const reason = isAddressEqual(from, addresses.DatanetRegistry)
      ? contribution === undefined
        ? `the curator's cut of a licence fee of datanet ${subject}`
        : `licence income of contribution ${contribution}`
      : isAddressEqual(from, addresses.RoyaltyLedger)
        ? "a pool that was given up"
        : (await isTill(from))
          ? `the ${kind}'s part of fees that the till ${from} booked`
          : `paid in by ${from}`;
    const { timestamp } = await chain.client.getBlock({ blockNumber });
    entries.push({
      ...{ at: timestamp, position, what: "direct", epoch: undefined, receipt: undefined, amount, reason },
      ...{ label: "enforced", transaction: transactionHash, block: blockNumber, logIndex },
    });
  }
  return entries;
}

/** Which contribution a transaction collected licence income for, where it was for one alone. */
async function licenceContributions(chain: Chain, position: bigint): Promise<Map<string, bigint>> {
  const events = await eventsOf(chain, {
    ...{ address: chain.deployment.addresses.DatanetRegistry, abi: datanetRegistryAbi },
    ...{ eventName: "LicenceIncomeCollected", args: { position }, fromBlock: BigInt(chain.deployment.block) },
  });
  return new Map(
    events.flatMap(({ transactionHash, logIndex, args: { contribution } }) => [
      [transactionHash, contribution] as const,
      // The ledger's event follows the registry's.
      [`${transactionHash} ${logIndex + 1}`, contribution] as const,
    ]),
  );
}

async function readIsTill({ client, deployment }: Chain, account: Hex): Promise<boolean> {
  const factories = [
    deployment.addresses.TillFactory,
    ...deployment.paymentTokens.map(({ TillFactory }) => TillFactory),
  ];
  const answers = await Promise.all(
    factories.map((address) =>
      client.readContract({ address, abi: tillFactoryAbi, functionName: "isTill", args: [account] }),
    ),
  );
  return answers.includes(true);
}

async function paidEntries(chain: Chain, { position }: Position): Promise<Record<"attributed" | "direct", Booked[]>> {
  const { RoyaltyVault, RoyaltyLedger } = chain.deployment.addresses;
  const of = { args: { position }, fromBlock: BigInt(chain.deployment.block) } as const;
  const [claims, accruals] = await Promise.all([
    eventsOf(chain, { address: RoyaltyVault, abi: royaltyVaultAbi, eventName: "Claimed", ...of }),
    eventsOf(chain, { address: RoyaltyLedger, abi: royaltyLedgerAbi, eventName: "AccruedPaid", ...of }),
  ]);
  const entriesOf = (
    kind: "attributed" | "direct",
    events: readonly (Pick<Log<bigint, number, false>, "blockNumber" | "logIndex" | "transactionHash"> & {
      readonly amount: bigint;
      readonly recipient: Address;
    })[],
  ): Promise<Booked[]> =>
    Promise.all(
      events.map(async ({ amount, recipient, blockNumber, logIndex, transactionHash }): Promise<Booked> => {
        const { timestamp } = await chain.client.getBlock({ blockNumber });
        return {
          ...{ at: timestamp, position, what: "paid", epoch: undefined, receipt: undefined, amount },
          ...{ reason: `${kind} income, claimed and paid to ${recipient}`, label: "enforced" },
          ...{ transaction: transactionHash, block: blockNumber, logIndex },
        };
      }),
    );
  return {
    attributed: await entriesOf(
      "attributed",
      claims.map(({ args: { attributed: amount, recipient }, ...event }) => ({ ...event, amount, recipient })),
    ),
    direct: await entriesOf(
      "direct",
      accruals.map(({ args: { amount, recipient }, ...event }) => ({ ...event, amount, recipient })),
    ),
  };
}

// What a network's deployment is parameterised with, and the ranges of it.
import { type Address, isAddress } from "viem";

/** Everything that is fixed when the protocol is deployed; nothing of it can be changed afterwards. */
export type Parameters = {
  /** Receives the whole supply of OPEN. */
  tokenRecipient: Address;
  /** First owner of position 1, which earns the treasury's shares. */
  treasury: Address;
  /** Whose signatures on sketches count; 1 … 64, no two equal. */
  attributors: readonly Address[];
  /** How many of them must sign; 1 … number of attributors. */
  attributorQuorum: number;

  /** Length of an epoch; 1 s … 30 days. */
  epochSeconds: number;
  /** From a sketch commit to its settlement being ready; 0 s … 30 days. */
  sketchWindowSeconds: number;
  /** From a proposal to its finalisation; 1 s … 30 days. */
  challengeWindowSeconds: number;
  /** After which a settlement without sketches goes to the treasury; more than the sketch window, at most 365 days. */
  settlementLifetimeSeconds: number;
  /** Least bond of a proposal, base units of OPEN; 0 … the supply. */
  bondFloor: bigint;
  /** Bond of a proposal in basis points of the pools it distributes, where that is more; 0 … 10,000. */
  bondBps: number;

  /** Shortest review window that a datanet may have; 1 s … 90 days. */
  leastReviewWindowSeconds: number;
  /** Longest review window that a datanet may have; the shortest … 365 days. */
  mostReviewWindowSeconds: number;

  /** Least treasury share of a model's split, basis points; 0 … the most. */
  treasuryLeastBps: number;
  /** Most treasury share of a model's split, basis points; at most 2,000. */
  treasuryMostBps: number;
  /** Bond of an index commit, base units of OPEN; 0 … the supply. */
  indexBond: bigint;
  /** From an index commit to its use; 1 s … 30 days. */
  indexWindowSeconds: number;
};

/** A network that can be deployed to. */
export type Network = {
  name: string;
  /** Chain ids it may have; anything else is refused. */
  chainIds: readonly number[];
  /** A throw-away chain: keys that everybody knows are allowed, and a deployment starts anew when the chain was reset. */
  isLocal: boolean;
  /** Blocks on top of a transaction before the next step relies on it; at least 1. */
  confirmations: number;
  parameters: Parameters;
};

const DAY_SECONDS = 86_400;
const SUPPLY = 1_000_000_000n * 10n ** 18n;
const MOST_ATTRIBUTORS = 64;
const BPS = 10_000;
const TREASURY_CAP_BPS = 2_000;

/**
 * Checks every parameter against its range.
 * @throws RangeError naming all that are out of range
 */
export function checkParameters(p: Parameters): void {
  const problems: string[] = [];
  const number = (name: keyof Parameters, value: number, least: number, most: number): void => {
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push(`${name} is ${value}, not a whole number from ${least} to ${most}`);
  };
  const amount = (name: keyof Parameters, value: bigint): void => {
    if (value < 0n || value > SUPPLY) problems.push(`${name} is ${value}, not 0 to ${SUPPLY}`);
  };
  const address = (name: keyof Parameters, value: string): void => {
    if (!isAddress(value) || BigInt(value) === 0n) problems.push(`${name}: ${value} is not an address`);
  };

  address("tokenRecipient", p.tokenRecipient);
  address("treasury", p.treasury);
  p.attributors.forEach((attributor) => {
    address("attributors", attributor);
  });
  if (new Set(p.attributors.map((attributor) => attributor.toLowerCase())).size !== p.attributors.length)
    problems.push("attributors has an address twice");
  number("attributors", p.attributors.length, 1, MOST_ATTRIBUTORS);
  number("attributorQuorum", p.attributorQuorum, 1, p.attributors.length);
  number("epochSeconds", p.epochSeconds, 1, 30 * DAY_SECONDS);
  number("sketchWindowSeconds", p.sketchWindowSeconds, 0, 30 * DAY_SECONDS);
  number("challengeWindowSeconds", p.challengeWindowSeconds, 1, 30 * DAY_SECONDS);
  number("settlementLifetimeSeconds", p.settlementLifetimeSeconds, p.sketchWindowSeconds + 1, 365 * DAY_SECONDS);
  amount("bondFloor", p.bondFloor);
  number("bondBps", p.bondBps, 0, BPS);
  number("leastReviewWindowSeconds", p.leastReviewWindowSeconds, 1, 90 * DAY_SECONDS);
  number("mostReviewWindowSeconds", p.mostReviewWindowSeconds, p.leastReviewWindowSeconds, 365 * DAY_SECONDS);
  number("treasuryLeastBps", p.treasuryLeastBps, 0, p.treasuryMostBps);
  number("treasuryMostBps", p.treasuryMostBps, 0, TREASURY_CAP_BPS);
  amount("indexBond", p.indexBond);
  number("indexWindowSeconds", p.indexWindowSeconds, 1, 30 * DAY_SECONDS);
  if (problems.length > 0) throw new RangeError(`deployment parameters: ${problems.join("; ")}`);
}

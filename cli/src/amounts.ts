// Amounts, numbers and times as people write and read them.
import { InvalidArgumentError } from "commander";
import { formatUnits, getAddress, isAddress, isHash, parseUnits, type Address, type Hex } from "viem";

/** OPEN and ether have 18 decimals. */
const DECIMALS = 18;

/** Reads an amount in whole tokens, as `12.5`. */
export function amount(value: string): bigint {
  if (!/^\d{1,20}(\.\d{1,18})?$/.test(value))
    throw new InvalidArgumentError("must be an amount in whole tokens, with at most 18 decimals, such as 12.5");
  return parseUnits(value, DECIMALS);
}

/** Base units as whole tokens. */
export function tokens(value: bigint, decimals = DECIMALS): string {
  return formatUnits(value, decimals);
}

/** Reads a number of an entity: 1, 2, 3 … */
export function id(value: string): bigint {
  if (!/^[1-9]\d{0,18}$/.test(value)) throw new InvalidArgumentError("must be a number from 1");
  return BigInt(value);
}

/** Reads a number from 0. */
export function count(value: string): bigint {
  if (!/^\d{1,18}$/.test(value)) throw new InvalidArgumentError("must be a number from 0");
  return BigInt(value);
}

/** Reads a whole number of a range. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === "" || !Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
    return number;
  };
}

/** Reads basis points. */
export const basisPoints = wholeNumber(0, 10_000);

/** Reads an address, in any case. */
export function address(value: string): Address {
  if (!isAddress(value, { strict: false })) throw new InvalidArgumentError("must be an address: 0x and 40 hex digits");
  return getAddress(value);
}

/** Reads a hash. */
export function hash(value: string): Hex {
  if (!isHash(value)) throw new InvalidArgumentError("must be a hash: 0x and 64 hex digits");
  return value.toLowerCase() as Hex;
}

/** For options that may be given several times. */
export function gathered<Value>(read: (value: string) => Value): (value: string, before: Value[]) => Value[] {
  return (value, before) => [...before, read(value)];
}

/** A time of the chain, UTC. */
export function time(unixSeconds: number | bigint): string {
  return new Date(Number(unixSeconds) * 1_000).toISOString().replace(".000Z", "Z");
}

// Opens the calls that a source names for a position's income, each against the roots on chain, a few at a time.
import type { Hex } from "viem";
import { type Standing, standingOf } from "@tributary/protocol/settlement-standing";
import { UserError } from "../errors.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import type { OpeningSource, PayingCall } from "./source.ts";
import { type CallSource, type VerifiedCall, verifiedCall } from "./verified-call.ts";

/** Calls that are asked for and verified at a time. */
const IN_FLIGHT = 8;

export interface NamedCalls {
  /** Opens each call and compares its pay to the position. @throws UserError that names the call which does not hold, or is not to be had */
  verify(final: FinalEpoch, position: bigint, calls: readonly PayingCall[]): Promise<void>;
  /** Calls that were opened, each counted once. */
  readonly opened: number;
}

/** @param onProgress told how many calls are verified, of how many that were named so far */
export function namedCalls(
  chain: CallSource,
  source: Pick<OpeningSource, "call">,
  onProgress: (done: number, named: number) => void = () => undefined,
): NamedCalls {
  // One call may pay several positions, and a settlement has many calls.
  const verified = new Map<string, Promise<VerifiedCall>>();
  const standings = new Map<bigint, Promise<Standing>>();
  let [done, named] = [0, 0];

  function standing(settlement: bigint): Promise<Standing> {
    const { RoyaltyLedger: ledger, ModelRegistry: modelRegistry } = chain.addresses;
    const known = standings.get(settlement) ?? standingOf({ reader: chain.reader, ledger, modelRegistry }, settlement);
    standings.set(settlement, known);
    return known;
  }

  async function open(final: FinalEpoch, id: Hex): Promise<VerifiedCall> {
    const found = await source.call([final], id);
    if (found === undefined) throw new UserError("no opening of it is to be had: not believed", 1);
    return verifiedCall(chain, id, found, standing);
  }

  async function check(final: FinalEpoch, position: bigint, { receipt, paid }: PayingCall): Promise<void> {
    const id = receipt.toLowerCase() as Hex;
    try {
      const opening = verified.get(id) ?? open(final, id);
      verified.set(id, opening);
      const { call, standing } = await opening;
      if (standing.epoch !== final.epoch) throw new UserError(`REFUSED: it was paid for in epoch ${standing.epoch}`, 1);
      const shown = call.records
        .filter((record) => record.position === position)
        .reduce((sum, { paidByCall }) => sum + paidByCall, 0n);
      if (shown !== paid)
        throw new UserError(`REFUSED: it is said to have paid ${paid} base units, and paid ${shown}`, 1);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(
        `epoch ${final.epoch}, position ${position}, call ${receipt}: ${error.message}`,
        error.exitCode,
      );
    }
    onProgress(++done, named);
  }

  return {
    async verify(final, position, calls) {
      named += calls.length;
      onProgress(done, named);
      const left = calls.values();
      // All take from the same calls; where one is refused the others begin no further one.
      let isRefused = false;
      const work = async (): Promise<void> => {
        for (const call of left) {
          if (isRefused) return;
          await check(final, position, call).catch((error: unknown) => {
            isRefused = true;
            throw error;
          });
        }
      };
      await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, calls.length) }, work));
    },
    get opened() {
      return verified.size;
    },
  };
}

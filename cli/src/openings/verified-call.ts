// The call of a receipt as it was attributed, verified against the chain: its opening, and who earns for its records.
import type { Hex } from "viem";
import { type AttributedCall, type OpenedCall, verifyOpenedCall } from "@tributary/protocol/attribution-opening";
import { Checks } from "@tributary/protocol/check-steps";
import { checkEarners, type EarnerSource } from "@tributary/protocol/earners";
import { type Standing, standingOf } from "@tributary/protocol/settlement-standing";
import { UserError } from "../errors.ts";

/** What a source gives of a call: neither is believed. */
export interface FoundCall {
  readonly settlement: bigint;
  readonly opened: OpenedCall;
}

/** Who is asked, and where. */
export interface CallSource extends EarnerSource {
  readonly addresses: EarnerSource["addresses"] & { readonly ModelRegistry: Hex };
}

export interface VerifiedCall {
  readonly call: AttributedCall;
  readonly standing: Extract<Standing, { what: "final" }>;
}

/** @param standingAt reads where a settlement stands, for who knows it already. @throws UserError if the settlement's epoch is not final, an opening does not hold, or a record's pay is another position's by the chain */
export async function verifiedCall(
  { reader, addresses }: CallSource,
  id: Hex,
  { settlement, opened }: FoundCall,
  standingAt = (of: bigint): Promise<Standing> =>
    standingOf({ reader, ledger: addresses.RoyaltyLedger, modelRegistry: addresses.ModelRegistry }, of),
): Promise<VerifiedCall> {
  const standing = await standingAt(settlement);
  if (standing.what !== "final") throw new UserError(`settlement ${settlement}: ${standing.reason}`, 1);
  let call: AttributedCall;
  try {
    call = verifyOpenedCall(opened, id, standing.roots);
  } catch (error) {
    throw new UserError(`REFUSED: what was opened is not what the chain committed: ${(error as Error).message}`, 1);
  }
  let isRefuted = false;
  const checks = new Checks(({ holds }) => (isRefuted = !holds));
  try {
    await checkEarners({ reader, addresses }, call, standing.epoch, checks);
  } catch (error) {
    if (!isRefuted) throw error;
    const reason = (error as Error).message;
    throw new UserError(
      `REFUSED: what became final in epoch ${standing.epoch} pays another position than the chain names: ${reason}`,
      1,
    );
  }
  return { call, standing };
}

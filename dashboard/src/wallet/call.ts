// A transaction that a wallet is asked for, and what came of it: states and their order, without any wallet.
import type { Address, Hash, Hex } from "viem";

/** @param what in words, such as "claim for position 7" */
export interface Call {
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
}

/** Which of several transactions it is, counted from 1. */
export interface Step {
  readonly number: number;
  readonly of: number;
  readonly what: string;
}

export interface Mined {
  readonly what: string;
  readonly hash: Hash;
  readonly block: bigint;
}

export type Failure =
  /** The user declined in the wallet. */
  | { readonly kind: "refused" }
  /** A contract says no, before it is sent or when it was mined. */
  | { readonly kind: "reverted"; readonly reason: string; readonly hash?: Hash }
  /** Anything else, such as a wallet without funds for gas or a node that is away. */
  | { readonly kind: "failed"; readonly reason: string; readonly hash?: Hash };

export type TransactionState =
  | { readonly at: "rest" }
  | { readonly at: "trial"; readonly step: Step }
  | { readonly at: "signature"; readonly step: Step }
  | { readonly at: "pending"; readonly step: Step; readonly hash: Hash }
  | { readonly at: "mined"; readonly mined: readonly Mined[] }
  /** The steps before it stand. */
  | {
      readonly at: "ended";
      readonly step: Step;
      readonly failure: Failure;
      readonly mined: readonly Mined[];
    };

/** What can be done with a transaction; each throws what its node or wallet says. */
export interface Sender {
  /** Runs it without sending it. */
  try: (call: Call) => Promise<void>;
  /** Has it signed and sent. */
  send: (call: Call) => Promise<Hash>;
  /** Waits for it. `reason` says why it was reverted. */
  wait: (call: Call, hash: Hash) => Promise<{ block: bigint; reason?: string }>;
}

export function isBusy({ at }: TransactionState): boolean {
  return at === "trial" || at === "signature" || at === "pending";
}

/**
 * Sends calls one after the other, each tried first; the first failure ends it.
 * @param failureOf tells what an error means
 */
export async function sendInTurn(
  sender: Sender,
  calls: readonly Call[],
  failureOf: (error: unknown) => Failure,
  tell: (state: TransactionState) => void,
): Promise<readonly Mined[]> {
  const mined: Mined[] = [];
  for (const [index, call] of calls.entries()) {
    const step = { number: index + 1, of: calls.length, what: call.what };
    let hash: Hash | undefined;
    try {
      tell({ at: "trial", step });
      await sender.try(call);
      tell({ at: "signature", step });
      hash = await sender.send(call);
      tell({ at: "pending", step, hash });
      const { block, reason } = await sender.wait(call, hash);
      if (reason !== undefined) {
        tell({ at: "ended", step, failure: { kind: "reverted", reason, hash }, mined });
        return mined;
      }
      mined.push({ what: call.what, hash, block });
    } catch (error) {
      const failure = failureOf(error);
      tell({
        ...{ at: "ended", step, mined },
        failure: hash === undefined || failure.kind === "refused" ? failure : { ...failure, hash },
      });
      return mined;
    }
  }
  tell({ at: "mined", mined });
  return mined;
}

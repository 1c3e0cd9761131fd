// Openings that an indexer serves under /openings.
import type { Hex } from "viem";
import type { OpenedCall } from "@tributary/protocol/attribution-opening";
import type { LeafJson } from "@tributary/protocol/opened-leaf";
import { printable } from "@tributary/protocol/printable";
import { originOf, reasonOf } from "@tributary/protocol/reason";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { NotKept } from "./not-kept.ts";
import type { OpeningSource, PayingCall } from "./source.ts";

const ANSWER_MILLISECONDS = 120_000;

interface Served {
  error?: { code?: string; message?: string; hint?: string };
}

/** Refused with this code: no epoch that is kept there has the call. */
const NO_CALL = "call_not_found";
/** Refused with one of these: the indexer does not keep it. */
const NOT_KEPT: readonly string[] = ["bundle_not_kept", "openings_not_kept"];

export function indexerSource(url: string, { deployment }: Chain): OpeningSource {
  if (!URL.canParse(url)) throw new UserError("--indexer (or TRIBUTARY_INDEXER_URL) is not a URL");
  const ledger = deployment.addresses.RoyaltyLedger;

  async function ask<Answer>(path: string, isMissing?: (code: string) => boolean): Promise<Answer | undefined> {
    const asked = new URL(`/openings/${path}`, url);
    asked.searchParams.set("ledger", ledger);
    let response: Response;
    try {
      response = await fetch(asked, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    } catch (error) {
      throw new UserError(
        `no indexer answers at ${originOf(url)} (${reasonOf((error as Error).cause ?? error)}): name one with --indexer, or published bundles with --bundles`,
      );
    }
    const told: unknown = await response.json().catch(() => undefined);
    const answer = (typeof told === "object" && told !== null ? told : {}) as Served;
    if (response.ok) return answer as Answer;
    const { code = "", message = `status ${response.status}`, hint = "" } = answer.error ?? {};
    if (isMissing?.(code) === true) return undefined;
    const said = printable(`${String(message)}. ${String(hint)}`.trimEnd());
    // A proxy before an indexer that is down answers so, too.
    if (answer.error === undefined && response.status < 500)
      throw new UserError(
        `${originOf(url)} answers ${asked.pathname} with status ${response.status} and no opening's error: it is no indexer of Tributary; name one with --indexer, or published bundles with --bundles`,
      );
    const refusal = `the indexer at ${originOf(url)} says of ${asked.pathname}: ${said}`;
    throw NOT_KEPT.includes(code) ? new NotKept(refusal) : new UserError(refusal, 1);
  }

  /** What an answer has: it may be of any form. */
  function formed<Value>(read: () => Value): Value {
    try {
      return read();
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `the indexer at ${originOf(url)} answers with something that is no opening (${reasonOf(error)}): nothing of it is believed; name another one with --indexer, or published bundles with --bundles`,
        1,
      );
    }
  }

  function leafOf(leaf: unknown): LeafJson {
    if (typeof leaf !== "object" || leaf === null) throw new TypeError("it has no leaf");
    return leaf as LeafJson;
  }

  function earned(epoch: bigint, position: bigint, most: number) {
    interface Earned {
      after: LeafJson;
      calls: { total: number; shown: { receipt: Hex; paid: string }[] };
    }
    return ask<Earned>(`position/${position}/epoch/${epoch}?calls=${most}`);
  }

  return {
    async payout({ epoch }, position) {
      const answer = await earned(epoch, position, 1);
      return formed(() => leafOf(answer!.after));
    },
    async claim(_, position) {
      const answer = await ask<{ leaf: LeafJson | null }>(`claim/${position}`);
      if (formed(() => answer!.leaf) === null)
        throw new UserError(
          `the indexer at ${originOf(url)} knows of no final epoch yet, and the chain has one: try again when the indexer is at the head, or another --indexer, or --bundles`,
          1,
        );
      return formed(() => leafOf(answer!.leaf));
    },
    async call(_, receipt) {
      const answer = await ask<{ settlement: string; opened: OpenedCall }>(
        `call/${receipt}`,
        (code) => code === NO_CALL,
      );
      return answer && formed(() => ({ settlement: BigInt(answer.settlement), opened: answer.opened }));
    },
    async payers({ epoch }, position, most) {
      const answer = await earned(epoch, position, most);
      return formed(() => {
        const { total, shown } = answer!.calls;
        return { total, calls: shown.map(({ receipt, paid }): PayingCall => ({ receipt, paid: wholeOf(paid, url) })) };
      });
    },
    close: () => undefined,
  };
}

/** @throws UserError if it is no whole number */
function wholeOf(paid: string, url: string): bigint {
  if (!/^-?\d{1,40}$/.test(paid))
    throw new UserError(`the indexer at ${originOf(url)} names a call whose pay is no whole number: not believed`, 1);
  return BigInt(paid);
}

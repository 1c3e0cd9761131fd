// Why a contribution stands as it does, in sentences.
import { duration, instant } from "../../format/time.ts";

export interface Reviewed {
  status: string;
  reason: string;
  contributedAt: string;
  reviewEndsAt: string;
  acceptedAt: string | null;
  rejectedAt: string | null;
  objection: { claimed: string; verdict: string | null; appellant: string | null; resolvedAt: string | null } | null;
  /** Earlier contributions that proofs show it to copy from, dismissed ones left out. */
  copyOf: readonly string[];
}

export type Decider = "enforced" | "judged" | "none";

export interface Reason {
  text: string;
  /** What the decision rests on. */
  by: Decider;
}

/** What a withdrawal means; undefined where there was none. */
export function withdrawalOf(withdrawnAt: string | null): string | undefined {
  if (withdrawnAt === null) return undefined;
  return `Withdrawn by its contributor on ${instant(withdrawnAt)}: models registered after that do not use it. Those registered before go on using it and paying for it.`;
}

/** The second up to which versions that were registered use it: one later than all where it was not withdrawn. */
export function usedUntil(withdrawnAt: string | null): string {
  return withdrawnAt ?? String(2n ** 63n - 1n);
}

/** @param now Unix seconds */
export function reasonOf(reviewed: Reviewed, now: number): Reason {
  const { status, objection, copyOf } = reviewed;
  if (status === "accepted") return accepted(reviewed);
  if (status === "rejected") return rejected(reviewed);
  const left = Number(reviewed.reviewEndsAt) - now;
  const window = left > 0 ? `its review window is open for ${duration(left)} more` : "its review window is over";
  if (copyOf.length > 0)
    return {
      by: "enforced",
      text: `Held: a proof shows a record of it in ${contributions(copyOf)}; it is rejected when that one is accepted, unless the earlier one falls; ${window}.`,
    };
  if (objection !== null && objection.resolvedAt === null)
    return {
      by: "judged",
      text: `Under review: somebody objected and claims ${claimed(objection.claimed)}; validators vote; ${window}.`,
    };
  return {
    by: "none",
    text:
      left > 0
        ? `Waiting: ${window}; if nobody objects or shows a copy until then, anyone can have it accepted, in the order of ids.`
        : "Waiting: its review window is over, and anyone can have it accepted once those before it in its datanet are decided.",
  };
}

function accepted({ acceptedAt, objection }: Reviewed): Reason {
  const at = acceptedAt === null ? "" : ` on ${instant(acceptedAt)}`;
  return objection === null
    ? { by: "enforced", text: `Accepted${at}, because nobody objected and no copy was shown within its review window.` }
    : {
        by: "judged",
        text: `Accepted${at}, because the validators' verdict on an objection, which claimed ${claimed(objection.claimed)}, was to keep it.`,
      };
}

function rejected({ rejectedAt, reason, objection, copyOf }: Reviewed): Reason {
  const at = rejectedAt === null ? "" : ` on ${instant(rejectedAt)}`;
  if (reason === "verdict" && objection !== null)
    return {
      by: "judged",
      text: `Rejected${at}, because the validators' verdict was ${claimed(objection.verdict ?? objection.claimed)}${objection.appellant === null ? "" : ", after an appeal"}.`,
    };
  return {
    by: "enforced",
    text: `Rejected${at}, because ${copyOf.length === 0 ? "a record of it stands twice in its datanet" : `a record of it stands already in ${contributions(copyOf)}`}: two openings proved it, and nobody had to vote.`,
  };
}

function claimed(verdict: string): string {
  return verdict === "mistake" ? "a mistake" : verdict;
}

function contributions(ids: readonly string[]): string {
  return ids.length === 1 ? `contribution ${ids[0]}` : `contributions ${ids.join(", ")}`;
}

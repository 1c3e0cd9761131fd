// What an epoch waits for, in words.
import { duration } from "../../format/time.ts";

interface EpochTimes {
  readonly status: string;
  readonly endsAt: string;
}

interface ProposalTimes {
  readonly status: string;
  readonly finalizableAt: string;
}

/** @param now Unix seconds */
export function waitsFor({ status, endsAt }: EpochTimes, proposals: readonly ProposalTimes[], now: number): string {
  if (status === "finalized") return "nothing more";
  const left = (until: string): string => duration(Number(until) - now);
  if (Number(endsAt) > now) return `its end, in ${left(endsAt)}`;
  const pending = proposals.find((proposal) => proposal.status === "pending");
  if (pending === undefined) return "a proposal: anyone may make one";
  if (Number(pending.finalizableAt) > now)
    return `challenges: the window is open for ${left(pending.finalizableAt)} more`;
  return "somebody to finalise it: its window is over";
}

// What openings and checks rest on, as it stands: another final payouts root, or another chain, and they are no longer of it.
import { skipToken, useQuery } from "@tanstack/react-query";
import { REORGANISATIONS_KEY } from "./head.ts";
import { useIndexed } from "./indexed.ts";
import { STANDING } from "./standing-query.ts";

/** The same text while nothing changed that an opening rests on; undefined until it is known. */
export function useStanding(): string | undefined {
  const { data, isPending } = useIndexed(STANDING);
  const { data: reorganisations = 0 } = useQuery<number>({ queryKey: REORGANISATIONS_KEY, queryFn: skipToken });
  if (isPending) return undefined;
  // Openings may be had where the index cannot be asked.
  const newest = data?.payoutRoots?.items[0];
  return `${newest?.epochId ?? ""} ${newest?.hash ?? ""} ${reorganisations}`;
}

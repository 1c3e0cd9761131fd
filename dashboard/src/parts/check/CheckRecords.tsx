// The check of contributed records, of their texts and of how new they are, as a part of any page.
import type { AskedRecord, ServedRecord } from "../../check/check-records.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { OpeningError, useShownOpening } from "../../data/openings.ts";
import { plural } from "../../format/shorten.ts";
import { CheckIt } from "./CheckIt.tsx";

interface CheckRecordsProps {
  contributionId: string;
  records: readonly number[];
}

export function CheckRecords({ contributionId, records }: CheckRecordsProps) {
  const chain = useCheckChain();
  const shownOpening = useShownOpening();
  return (
    <CheckIt
      what={`texts and novelty of the records ${records[0]} to ${records.at(-1)} of contribution ${contributionId}`}
      run={async (onStep) => {
        const { checkRecords } = await import("../../check/check-records.ts");
        const asked: AskedRecord[] = [];
        for (const record of records) {
          // What is on the page, not what the indexer would serve now.
          const served = unlessErased(() => shownOpening<ServedRecord>(`record/${contributionId}/${record}`));
          if (served !== undefined) asked.push({ record, served });
        }
        return checkRecords(chain, BigInt(contributionId), asked, onStep);
      }}
    >
      {(found) => (
        <p>
          {plural(found.length, "record")}: each text is the one that was contributed, and its novelty the one that
          stands in each index that was served
          {found.length < records.length &&
            `; the other ${plural(records.length - found.length, "record")} of the page were not checked, as their texts are erased`}
          {found.some(({ novelties }) => novelties.length === 0) && "; of a record without one, none was"}.
        </p>
      )}
    </CheckIt>
  );
}

/** Nothing of a text that its keeper erased: the page says so. */
function unlessErased(shown: () => ServedRecord): ServedRecord | undefined {
  try {
    return shown();
  } catch (error) {
    if (error instanceof OpeningError && error.code === "content_erased") return undefined;
    throw error;
  }
}

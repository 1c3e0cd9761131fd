// Spans of an answer that stand word for word in the first records that helped it.
import type { AttributedRecord } from "@tributary/protocol/attribution-opening";
import { useQueries } from "@tanstack/react-query";
import { checkRecordText } from "../../check/record-text.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { commonSpans, joined, type Span } from "./spans.ts";

/** Records whose texts are compared with the answer. */
const FIRST = 5;

export function useAnswerSpans(records: readonly AttributedRecord[] | undefined, answer: string | undefined): Span[] {
  const { indexerUrl } = useConfig();
  const compared = answer === undefined ? [] : (records ?? []).filter(({ rank }) => rank < FIRST);
  const texts = useQueries({
    queries: compared.map(({ contributionId, recordIndex }) => {
      const path = `record/${contributionId}/${recordIndex}`;
      return {
        queryKey: ["opening", path],
        queryFn: () => fetchOpening<{ text: string }>(indexerUrl, path),
        retry: false,
      };
    }),
  });
  if (answer === undefined) return [];
  return joined(
    texts.flatMap(({ data }, i) => {
      const isRecord = data !== undefined && checkRecordText(data.text, compared[i]!.recordHash).holds;
      return isRecord ? commonSpans(answer, data.text) : [];
    }),
  );
}

// The text of an answer, as its payer kept it: from this dashboard's server, or from a file that never leaves the browser.
import { useQuery } from "@tanstack/react-query";
import type { KeptAnswer } from "../../check/check-receipt.ts";
import { useConfig } from "../../data/config.ts";

/** Undefined where the server keeps none of this receipt. */
export function useServedAnswer(receiptId: string): KeptAnswer | undefined {
  const { answers } = useConfig();
  const { data } = useQuery({
    queryKey: ["answer", receiptId],
    queryFn: async ({ signal }) => {
      const response = await fetch(`/answers/${receiptId}.json`, { signal });
      return response.ok ? readKept(await response.text()) : null;
    },
    enabled: answers,
    retry: false,
  });
  return data ?? undefined;
}

/** @throws Error saying what a payer keeps, if the text is something else */
export function readKept(text: string): KeptAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || !("receipt" in parsed))
    throw new Error("this is no kept answer: a JSON file with id, receipt, signature, salt, prompt and answer");
  const { prompt, answer, ...proof } = parsed as KeptAnswer;
  return {
    ...proof,
    ...(typeof prompt === "string" && { prompt }),
    ...(typeof answer === "string" && { answer }),
  };
}

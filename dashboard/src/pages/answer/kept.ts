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

const WANTED = "the file that a payer keeps is JSON with id, receipt, signature, salt, prompt and answer";

/** @throws Error saying what is wrong with the text, and what a payer keeps */
export function readKept(text: string): KeptAnswer {
  if (text.trim() === "") throw new Error(`this file is empty; ${WANTED}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(`this file is no JSON; ${WANTED}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new Error(`this file has no object; ${WANTED}`);
  const missing = ["receipt", "signature", "salt"].filter((member) => !(member in (parsed as object)));
  if (missing.length > 0) throw new Error(`this file lacks ${missing.join(" and ")}; ${WANTED}`);
  const { prompt, answer, ...proof } = parsed as KeptAnswer;
  return {
    ...proof,
    ...(typeof prompt === "string" && { prompt }),
    ...(typeof answer === "string" && { answer }),
  };
}

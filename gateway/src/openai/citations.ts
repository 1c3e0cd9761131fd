// What an upstream says it retrieved for an answer: the optional member `citations` of an answer or of a chunk of one.
import type { Citation } from "../receipts/entry.ts";
import { isRecord } from "./call.ts";

const MOST = 64;
const MOST_CHARACTERS = 4096;

/** Those that are well formed, `{source, excerpt}`; undefined without any. What is too long is cut, since it is evidence and not what is paid for. */
export function readCitations(value: unknown): readonly Citation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = (value as unknown[]).slice(0, MOST).flatMap((item): Citation[] => {
    if (!isRecord(item)) return [];
    const { source, excerpt } = item;
    if (typeof source !== "string" || typeof excerpt !== "string") return [];
    return [{ source: cut(source), excerpt: cut(excerpt) }];
  });
  return found.length === 0 ? undefined : found;
}

function cut(text: string): string {
  return text.slice(0, MOST_CHARACTERS).toWellFormed();
}

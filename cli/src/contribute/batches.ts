// Divides the records of a source into contributions: canonical texts, each once.
import { canonicalText } from "@tributary/protocol/canonical-text";
import { UserError } from "../errors.ts";
import type { TextRecord } from "../records/text-record.ts";
import { contentRoot, type ContentRoot, recordHash } from "./content.ts";

/** What one contribution will consist of. */
export interface Batch {
  readonly root: ContentRoot;
  /** Canonical, in their order. */
  readonly texts: readonly string[];
  readonly hashes: readonly Uint8Array[];
}

/** Records that are not contributed. */
export interface LeftOut {
  /** Nothing but white space. */
  empty: number;
  /** The same as an earlier one of the source: a copy would have its contribution rejected. */
  repeated: number;
  /** Contributed by an earlier run. */
  known: number;
}

export interface Batching {
  /** Records of a batch at most. */
  readonly size: number;
  /** Whether an earlier run has contributed a record, or is about to. */
  isKnown(hash: Uint8Array): boolean;
  /** Counted up. */
  readonly leftOut: LeftOut;
}

/** @throws UserError naming the record that is no text */
export async function* batchesOf(
  records: AsyncIterable<TextRecord>,
  { size, isKnown, leftOut }: Batching,
): AsyncGenerator<Batch> {
  const seen = new Set<string>();
  let texts: string[] = [];
  let hashes: Uint8Array[] = [];
  for await (const { text, where } of records) {
    const canonical = canonicalOf(text, where);
    if (canonical === "") {
      leftOut.empty++;
      continue;
    }
    const hash = recordHash(canonical);
    const key = Buffer.from(hash).toString("latin1");
    if (seen.has(key)) leftOut.repeated++;
    else if (isKnown(hash)) leftOut.known++;
    else {
      texts.push(canonical);
      hashes.push(hash);
    }
    seen.add(key);
    if (texts.length < size) continue;
    yield { root: contentRoot(hashes), texts, hashes };
    texts = [];
    hashes = [];
  }
  if (texts.length > 0) yield { root: contentRoot(hashes), texts, hashes };
}

function canonicalOf(text: string, where: string): string {
  try {
    return canonicalText(text);
  } catch (error) {
    throw new UserError(`${where}: ${(error as Error).message}`);
  }
}

// What the engine's stages return: one object each, amounts and ids as decimal strings, hashes as hex.
import type { Hex } from "viem";

export interface CorpusResult {
  file: string;
  records: number;
  heldOut: number;
}

export interface TrainResult {
  weightsHash: Hex;
  trainedRecords: number;
  nearCopiesLeftOut: number;
  /** Records that repeat themselves. */
  repetitiveLeftOut: number;
  /** Held-out perplexity per token: base alone, with the adapter, and of the tuned bigram model. */
  basePerplexity: number;
  perplexity: number;
  bigramPerplexity: number;
}

export interface IndexResult {
  root: { hash: Hex; sum: string };
  methodId: Hex;
  bundleHash: Hex;
  /** Records whose novelty is below 255, and those with none at all. */
  partlyNovel: number;
  copies: number;
}

export interface SketchesResult {
  root: { hash: Hex; sum: string };
  bundleHash: Hex;
}

export interface EpochResult {
  bundleHash: Hex;
  groupsRoot: { hash: Hex; sum: string };
  payoutsRoot: { hash: Hex; sum: string };
  /** Roots again with other thread counts and block sizes, all of which must agree. */
  variants: number;
  variantsAgree: boolean;
}

export interface AuditResult {
  ok: boolean;
  reason: string;
}

export interface PayoutOpening {
  position: string;
  cumulative: string;
  payloadHash: Hex;
  opening: Hex;
}

export interface ExplainedRecord {
  place: number;
  harmful: boolean;
  s: string;
  w: string;
  points: string;
  /** What the record earned through this call, base units. */
  paid: string;
}

export interface SpansResult {
  records: number;
  tokens: number;
  bytesPerToken: number;
}

/** A run of an answer that stands word for word in records; the longest of its matches. */
export interface EvidenceSpan {
  text: string;
  /** How often its whole tokens occur in all records together. */
  occurrences: number;
  /** Some of the records in which it stands. */
  records: { place: number; contributor: string; source: string }[];
}

/** Shown beside the scores, neither paid for nor proven. */
export interface Evidence {
  spans: EvidenceSpan[];
  /** What the gateway says it retrieved for the answer. */
  citations: { source: string; excerpt: string }[];
}

export interface ExplainedCall {
  receiptHash: Hex;
  amount: string;
  records: ExplainedRecord[];
  evidence: Evidence;
}

export interface MeasureResult {
  calls: number;
  speakerShare: number;
  chanceShare: number;
  bm25Share: number;
  gradDotShare: number;
}

export interface LeaveOutResult {
  contributors: string[];
  correlation: number;
  low: number;
  high: number;
  perPassage: { value: number; low: number; high: number };
  definition: string;
}

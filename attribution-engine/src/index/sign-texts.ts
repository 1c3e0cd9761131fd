// Record hashes and content signatures of text records.
import { canonicalText, canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { contentSignature } from "@tributary/protocol/content-signature";
import { keccak256 } from "@tributary/protocol/keccak";

/** 32 bytes per record each. */
export interface SignedTexts {
  readonly recordHashes: Uint8Array;
  readonly contentSignatures: Uint8Array;
}

/** Hashes (docs/formats.md §3, §8.1) and signs (§6.5) every text. Throws an Error that names the record whose text is empty or not Unicode. */
export function signTexts(texts: readonly string[], onProgress?: (done: number, total: number) => void): SignedTexts {
  const recordHashes = new Uint8Array(32 * texts.length);
  const contentSignatures = new Uint8Array(32 * texts.length);
  for (const [i, text] of texts.entries()) {
    try {
      recordHashes.set(keccak256(canonicalTextBytes(text)), 32 * i);
      contentSignatures.set(contentSignature(canonicalText(text)), 32 * i);
    } catch (cause) {
      throw new Error(`record ${i}: ${(cause as Error).message}`, { cause });
    }
    onProgress?.(i + 1, texts.length);
  }
  return { recordHashes, contentSignatures };
}

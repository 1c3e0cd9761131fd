// Where sketches can be made again: a model, and the texts that it was used on.
import type { Hex } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import type { SketchRows } from "../sketch/check-sketches.ts";

/** A paid call as its gateway handed it over. */
export interface HandedCall {
  readonly prompt: string;
  readonly answer: string;
  /** Under which its receipt has the hashes of both. */
  readonly salt: Hex;
}

/** One model with its texts. */
export interface Workshop {
  readonly name: string;
  /** Whether it has the adapter with these weights, and the sketch basis of this description. */
  isOf(weightsHash: Hex, sketchSpec: Hex): boolean;
  /** The receipts of a settlement, and the call at a place of them. @throws Error if there is no such file or call */
  handed(settlementId: bigint, place: number): { readonly receipts: ReceiptTable; readonly call: HandedCall };
  /** The canonical text of the record with this hash. @throws Error if it is not known */
  recordText(recordHash: Uint8Array): string;
  sketchCall(call: Pick<HandedCall, "prompt" | "answer">): Promise<SketchRows>;
  /** With its scale. */
  sketchRecord(text: string): Promise<SketchRows>;
}

// Loads the base model, the trained adapter and the sketch basis of a work folder.
import { join } from "node:path";
import { loadAdapter, type Adapter } from "../model/adapter.ts";
import { loadBase, type BaseModel } from "../model/checkpoint.ts";
import type { SketchBasis } from "../sketch/basis.ts";
import { loadSketchBasis, type SketchMethod } from "../sketch/own-model.ts";
import { FILES, textRecords, SHIPPED_BASE, type CorpusFile } from "./files.ts";
import { madeFile } from "./made-file.ts";
import type { StageContext } from "./stage.ts";

export function baseOf({ options }: StageContext): BaseModel {
  return loadBase(options.base ?? SHIPPED_BASE);
}

export function adapterOf({ work }: StageContext, base: BaseModel): Adapter {
  return loadAdapter(madeFile(work, FILES.adapter, "train"), base);
}

export function basisOf({ work }: StageContext, base: BaseModel, adapter: Adapter): SketchBasis<SketchMethod> {
  return loadSketchBasis(madeFile(work, FILES.basis, "sketch-records"), base, adapter);
}

/** Tokens of every record of the corpus that has a text, in their order. @throws naming file and record where a text is longer than the model's context. */
export function recordTokensOf({ work }: StageContext, base: BaseModel, corpus: CorpusFile): number[][] {
  const { context } = base.shape;
  const records = textRecords(corpus);
  const tokens = tokensOf(
    base,
    records.map(({ text }) => text),
  );
  const long = tokens.findIndex(({ length }) => length > context);
  if (long >= 0)
    throw new Error(
      `${join(work, FILES.corpus)}: record ${records[long]!.place} has ${tokens[long]!.length} tokens, the model's context holds ${context}; split the record`,
    );
  return tokens;
}

/** Tokens of each text. */
export function tokensOf(base: BaseModel, texts: readonly string[]): number[][] {
  return texts.map((text) => base.tokenizer.encode(text));
}

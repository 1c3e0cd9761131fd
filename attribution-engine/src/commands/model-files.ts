// Loads the base model, the trained adapter and the sketch basis of a work folder.
import { join } from "node:path";
import { loadAdapter, type Adapter } from "../model/adapter.ts";
import { loadBase, type BaseModel } from "../model/checkpoint.ts";
import type { SketchBasis } from "../sketch/basis.ts";
import { loadSketchBasis, type SketchMethod } from "../sketch/own-model.ts";
import { FILES, SHIPPED_BASE } from "./files.ts";
import type { StageContext } from "./stage.ts";

export function baseOf({ options }: StageContext): BaseModel {
  return loadBase(options.base ?? SHIPPED_BASE);
}

export function adapterOf({ work }: StageContext, base: BaseModel): Adapter {
  return loadAdapter(join(work, FILES.adapter), base);
}

export function basisOf({ work }: StageContext, base: BaseModel, adapter: Adapter): SketchBasis<SketchMethod> {
  return loadSketchBasis(join(work, FILES.basis), base, adapter);
}

/** Tokens of each text. */
export function tokensOf(base: BaseModel, texts: readonly string[]): number[][] {
  return texts.map((text) => base.tokenizer.encode(text));
}

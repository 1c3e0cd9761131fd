// A stages' work folder as a place where disputed sketches are made again: its model, its corpus, and the calls that a gateway handed over.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Hex } from "viem";
import { signTexts } from "../index/sign-texts.ts";
import { type Adapter, loadAdapter } from "../model/adapter.ts";
import { type BaseModel, loadBase } from "../model/checkpoint.ts";
import type { SketchBasis } from "../sketch/basis.ts";
import { loadSketchBasis, type SketchMethod } from "../sketch/own-model.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";
import type { Workshop } from "../votes/workshop.ts";
import { FILES, placedRecords, readCorpusFile } from "./files.ts";
import { methodOf } from "./method.ts";
import { callText, readSettlementFile } from "./settlement-file.ts";

/** One text is one task. */
const ONE_TASK = { workers: 1 } as const;

interface Model {
  readonly base: BaseModel;
  readonly adapter: Adapter;
  readonly basis: SketchBasis<SketchMethod>;
  readonly weightsHash: Hex;
  readonly sketchSpec: Hex;
}

/**
 * Loads the model of a folder; texts are read when they are asked for, since calls are handed over at any time.
 * @param baseFolder the base model's
 * @throws Error that names the file that is missing or damaged
 */
export function openWorkFolder(folder: string, baseFolder: string): Workshop {
  const { base, adapter, basis, ...own } = loadModel(folder, baseFolder);
  return {
    name: folder,
    isOf: (weightsHash, sketchSpec) => own.weightsHash === weightsHash && own.sketchSpec === sketchSpec,
    handed(settlementId, place) {
      const { calls, receipts } = readSettlementFile(folder, String(settlementId));
      const call = calls[place];
      if (call === undefined) throw new Error(`settlement ${settlementId}: ${folder} has no call ${place}`);
      return { receipts, call };
    },
    recordText(recordHash) {
      const texts = existsSync(join(folder, FILES.corpus))
        ? placedRecords(readCorpusFile(folder)).map(({ text }) => text)
        : [];
      const { recordHashes } = signTexts(texts);
      const place = texts.findIndex(
        (_, i) => Buffer.compare(recordHashes.subarray(32 * i, 32 * (i + 1)), recordHash) === 0,
      );
      if (place < 0) throw new Error(`${folder} has no record with the hash ${bytesToHex(recordHash)}`);
      return texts[place]!;
    },
    sketchCall(call) {
      const tokens = base.tokenizer.encode(callText(call)).slice(0, CALL_CONTEXT);
      return sketchTexts(base, adapter, basis, [tokens], CALL_CONTEXT, ONE_TASK);
    },
    sketchRecord(text) {
      return sketchTexts(base, adapter, basis, [base.tokenizer.encode(text)], base.shape.context, ONE_TASK);
    },
  };
}

function loadModel(folder: string, baseFolder: string): Model {
  const base = loadBase(baseFolder);
  const adapterFile = join(folder, FILES.adapter);
  const basisFile = join(folder, FILES.basis);
  const adapter = loadAdapter(adapterFile, base);
  const basis = loadSketchBasis(basisFile, base, adapter);
  return {
    base,
    adapter,
    basis,
    weightsHash: bytesToHex(keccak256(readFileSync(adapterFile))),
    sketchSpec: methodOf(basisFile).sketchSpec,
  };
}

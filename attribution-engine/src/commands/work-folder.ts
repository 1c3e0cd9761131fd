// A stages' work folder as a place where disputed sketches are made again: its model, its corpus, and the calls that a gateway handed over.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Hex } from "viem";
import { signTexts } from "../index/sign-texts.ts";
import { decoderDigests, type DecoderPlace } from "../decoder/decoder.ts";
import { loadAdapter } from "../model/adapter.ts";
import { loadBase } from "../model/checkpoint.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import { loadSketchBasis } from "../sketch/own-model.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { CALL_CONTEXT, sketchTexts } from "../sketch/sketch-texts.ts";
import type { Workshop } from "../votes/workshop.ts";
import { DECODER, sketchByDecoder, type DecoderOrigin } from "./decoder-sketches.ts";
import { FILES, textRecords, readCorpusFile } from "./files.ts";
import { methodOf } from "./method.ts";
import { callText, readSettlementFile } from "./settlement-file.ts";

/** One text is one task. */
const ONE_TASK = { workers: 1 } as const;

/** What sketches a folder's texts. */
interface Sketcher {
  isOf: Workshop["isOf"];
  /** Sketches the canonical text of a record, or prompt and answer of a call. */
  sketch(text: string, of: "record" | "call"): Promise<Sketches>;
}

/**
 * Loads the model of a folder; texts are read when they are asked for, since calls are handed over at any time.
 * @param baseFolder the base model's, where the folder's adapter is the engine's own
 * @param decoders where the folder's basis is of a decoder's gradients, the one that it names is looked for here
 * @throws Error that names the file that is missing or damaged, or the decoder that is not among them
 */
export function openWorkFolder(folder: string, baseFolder: string, decoders: readonly DecoderPlace[] = []): Workshop {
  const { isOf, sketch } = sketcherOf(folder, baseFolder, decoders);
  return {
    name: folder,
    isOf,
    handed(settlementId, place) {
      const { calls, receipts } = readSettlementFile(folder, String(settlementId));
      const call = calls[place];
      if (call === undefined) throw new Error(`settlement ${settlementId}: ${folder} has no call ${place}`);
      return { receipts, call };
    },
    recordText(recordHash) {
      const texts = existsSync(join(folder, FILES.corpus))
        ? textRecords(readCorpusFile(folder)).map(({ text }) => text)
        : [];
      const { recordHashes } = signTexts(texts);
      const place = texts.findIndex(
        (_, i) => Buffer.compare(recordHashes.subarray(32 * i, 32 * (i + 1)), recordHash) === 0,
      );
      if (place < 0) throw new Error(`${folder} has no record with the hash ${bytesToHex(recordHash)}`);
      return texts[place]!;
    },
    sketchCall: (call) => sketch(callText(call), "call"),
    sketchRecord: (text) => sketch(text, "record"),
  };
}

function sketcherOf(folder: string, baseFolder: string, decoders: readonly DecoderPlace[]): Sketcher {
  const { sketchSpec } = methodOf(join(folder, FILES.basis));
  const { origin } = loadBasis(join(folder, FILES.basis));
  if (origin === undefined) return ownSketcher(folder, baseFolder, sketchSpec);
  if (origin.kind === DECODER) return decoderSketcher(folder, origin as DecoderOrigin, decoders, sketchSpec);
  throw new Error(
    `${join(folder, FILES.basis)}: made of ${origin.kind}; those who have the tool that computed them can check sketches by check-sketches, and vote by hand`,
  );
}

function ownSketcher(folder: string, baseFolder: string, ownSpec: Hex): Sketcher {
  const base = loadBase(baseFolder);
  const adapterFile = join(folder, FILES.adapter);
  const adapter = loadAdapter(adapterFile, base);
  const basis = loadSketchBasis(join(folder, FILES.basis), base, adapter);
  const ownHash = bytesToHex(keccak256(readFileSync(adapterFile)));
  return {
    isOf: (weightsHash, sketchSpec) => ownHash === weightsHash && ownSpec === sketchSpec,
    sketch(text, of) {
      const named = { nameOf: () => `the ${of} that ${folder} has` };
      const tokens = base.tokenizer.encode(text);
      return of === "call"
        ? sketchTexts(base, adapter, basis, [tokens.slice(0, CALL_CONTEXT)], CALL_CONTEXT, ONE_TASK, named)
        : sketchTexts(base, adapter, basis, [tokens], base.shape.context, ONE_TASK, named);
    },
  };
}

/** The sketch spec holds the digests of model, adapter and basis: it alone says whose sketches these are. */
function decoderSketcher(
  folder: string,
  origin: DecoderOrigin,
  decoders: readonly DecoderPlace[],
  ownSpec: Hex,
): Sketcher {
  const place = decoders.find((one) => {
    const { model, adapter } = decoderDigests(one);
    return model === origin.model && adapter === origin.adapter;
  });
  if (place === undefined)
    throw new Error(
      `${folder}: the model and adapter that its records were sketched by are in no --model and --adapter`,
    );
  const { basis } = loadBasis(join(folder, FILES.basis));
  return {
    isOf: (_, sketchSpec) => ownSpec === sketchSpec,
    sketch: (text, of) =>
      sketchByDecoder(place, { basis, origin }, { texts: [text], nameOf: () => `the ${of}` }, of === "call", ONE_TASK),
  };
}

// Sketches what a source has, whatever it is, into the files that the later stages take; goes on where it was interrupted.
import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isSketchSize } from "@tributary/protocol/kinds";
import { fileDigest } from "../numerics/file-digest.ts";
import { buildBasis, type BasisMethod, type SketchBasis } from "../sketch/basis.ts";
import { loadBasis, saveBasis, type Origin } from "../sketch/basis-file.ts";
import { saveSketches } from "../sketch/sketch-file.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { sketchInParts } from "../sketch/sketch-parts.ts";
import type { VectorSource } from "../sketch/vector-source.ts";
import { atPlaces } from "./at-places.ts";
import { FILES, readCorpusFile } from "./files.ts";
import { integerOf, workersOf, type StageContext } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

/** Folder of work in progress: vectors, the basis and parts of the sketches, until all of them are there and it is removed. */
const PARTS = "sketch-parts";
const DEFAULT_K = 512;

/** Coordinates of a sketch, of `--k`. */
export function sketchSizeOf({ options }: StageContext): number {
  const k = options.k === undefined ? DEFAULT_K : integerOf(options.k, "--k");
  if (!isSketchSize(k)) throw new UsageError(`--k is ${k}; a sketch has 32 to 4,096 coordinates, a multiple of 32`);
  return k;
}

/** What vectors are made of: an origin, which is published with the basis, or for the engine's own model a digest of all that they depend on. */
export type VectorOrigin = Origin | string;

/** The limit of size that `--size-limit` names; what the method has where it is left out. */
export function sizeLimitOf({ options }: StageContext): Pick<BasisMethod, "sizeLimit"> {
  const given = options["size-limit"];
  if (given === undefined) return {};
  const sizeLimit = Number(given);
  if (!(sizeLimit > 0 && sizeLimit <= 1))
    throw new UsageError(`--size-limit is ${given}; give the share of records that count in full size, as 0.9`);
  return { sizeLimit };
}

/** What puts the sketches of a folder's records at their places; in a folder without a corpus they are there already. */
export function recordsPlaced({ work }: StageContext): (sketches: Sketches) => Sketches {
  if (!existsSync(join(work, FILES.corpus))) return (sketches) => sketches;
  const corpus = readCorpusFile(work);
  return (sketches) => atPlaces(sketches, corpus);
}

/** Where vectors of an origin are kept while their basis is not there yet. */
export function vectorFolder({ work }: StageContext, origin: VectorOrigin): string {
  return join(work, PARTS, createHash("sha256").update(JSON.stringify(origin)).digest("hex"));
}

/**
 * Builds the basis of a source and sketches all its rows. `records.sketches` and `basis.safetensors` of an earlier run stay as they are until every new
 * sketch is there; then the sketches are put in place, and then the basis, by which readers tell the moment between the two ({@link openRecordSketches}).
 * @param from what the vectors are made of; a basis in the folder of the same origin and method is used again. One of the engine's own model says no
 * origin: it is used again while the sketches by it are not finished.
 * @param revised what is written in place of the sketches
 * @throws Error that says where the work that is done is kept, if there is any
 */
export async function sketchSource(
  context: StageContext,
  source: VectorSource,
  method: BasisMethod,
  from: VectorOrigin,
  revised: (sketches: Sketches) => Sketches = (sketches) => sketches,
): Promise<object> {
  try {
    return await makeSketches(context, source, method, from, revised);
  } catch (cause) {
    const parts = join(context.work, PARTS);
    if (!(cause instanceof Error) || !existsSync(parts)) throw cause;
    throw new Error(
      `${cause.message} (parts that this run or an earlier one made stay in ${parts} until one ends well)`,
      { cause },
    );
  }
}

async function makeSketches(
  context: StageContext,
  source: VectorSource,
  method: BasisMethod,
  from: VectorOrigin,
  revised: (sketches: Sketches) => Sketches,
): Promise<object> {
  const { work, shards, onProgress } = context;
  const workers = workersOf(context);
  // Basis and sketches each go over many vectors: one bar for both.
  const half = (from: number) => (done: number, total: number) => {
    onProgress(from * total + done, 2 * total);
  };
  const origin = typeof from === "string" ? undefined : from;
  const inPlace = join(work, FILES.basis);
  const prepared = `${vectorFolder(context, from)}.basis`;
  let basis = origin === undefined ? undefined : keptBasis(inPlace, method, origin);
  const path = basis === undefined ? prepared : inPlace;
  basis ??= keptBasis(prepared, method, origin);
  const resumed = basis !== undefined;
  if (basis === undefined) {
    basis = await buildBasis(source, method, { workers, shards, onProgress: half(0) });
    saveBasis(prepared, basis, origin);
  }
  const digest = fileDigest(path);
  const made = await sketchInParts(source, basis, join(work, PARTS, digest), { workers, shards, onProgress: half(1) });
  const sketches = revised(made);
  saveSketches(join(work, FILES.records), sketches, digest);
  if (path === prepared) renameSync(prepared, inPlace);
  rmSync(join(work, PARTS), { recursive: true, force: true });
  return { records: sketches.count, k: method.k, bytesPerRecord: method.k, basisReused: resumed, origin };
}

/** The basis in the file, or undefined where there is none of that method and origin, or it is damaged: it is made anew then. */
function keptBasis(path: string, method: BasisMethod, origin: Origin | undefined): SketchBasis | undefined {
  if (!existsSync(path)) return undefined;
  let kept;
  try {
    kept = loadBasis(path);
  } catch {
    return undefined;
  }
  const isSame = JSON.stringify([kept.basis.method, kept.origin]) === JSON.stringify([method, origin]);
  return isSame ? kept.basis : undefined;
}

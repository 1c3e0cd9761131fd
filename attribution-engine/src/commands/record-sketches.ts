// The records' sketches of a work folder, which belong to the basis beside them: those of another basis would be compared with calls in vain.
import { join } from "node:path";
import { fileDigest } from "../numerics/file-digest.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { loadSketches, openSketches, type StoredSketches } from "../sketch/sketch-file.ts";
import { FILES } from "./files.ts";
import { madeFile } from "./made-file.ts";

/** Opens the records' sketches. @throws Error that names the file if it is missing, damaged, or of another basis than the folder's. */
export function openRecordSketches(work: string): StoredSketches {
  const path = join(work, FILES.records);
  const stored = openSketches(path);
  const basis = madeFile(work, FILES.basis, "that sketched the records");
  if (fileDigest(basis) !== stored.basis)
    throw new Error(`${path}: made by another basis than ${basis}; sketch the records again`);
  return stored;
}

/** Reads the records' sketches. @throws as {@link openRecordSketches} */
export function loadRecordSketches(work: string): Sketches {
  openRecordSketches(work);
  return loadSketches(join(work, FILES.records));
}

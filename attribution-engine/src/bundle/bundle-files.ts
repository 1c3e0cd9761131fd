// The files of each kind of bundle, and how large they may be (docs/formats.md §10.3, §10.4).
import type { Manifest } from "@tributary/protocol/bundle-manifest";

export const INDEX_FILE = "index.parquet";
export const RECEIPTS_FILE = "receipts.parquet";
export const SKETCHES_FILE = "sketches.parquet";
export const TRACE_FILE = "trace.parquet";
export const ENTRIES_FILE = "entries.parquet";
export const POINTS_FILE = "points.parquet";
export const EARNINGS_FILE = "earnings.parquet";
export const PAYOUTS_FILE = "payouts.parquet";

/** The longest row, an index record with the longest sketch, has 4,196 bytes; pages and footers add a sixteenth and something. */
const MOST_ROW_BYTES = 5 * 1024;
/** A table without rows is a footer. */
const MOST_BASE_BYTES = 64 * 1024;

/**
 * Looks at a manifest's list of files, before any of them is fetched or opened.
 * @throws Error if they are not those of the bundle's kind, or one has more bytes than its rows can take
 */
export function checkFiles(manifest: Manifest): void {
  const found = manifest.files.map(({ name }) => name).join(", ");
  const expected = [...filesOf(manifest)].sort().join(", ");
  if (found !== expected)
    throw new Error(`bundle of kind ${manifest.kind}: its files are ${found}; expected ${expected}`);
  for (const { name, rows, bytes } of manifest.files) {
    const most = MOST_BASE_BYTES + rows * MOST_ROW_BYTES;
    if (bytes > most) throw new Error(`manifest: ${name} has ${bytes} bytes, ${rows} rows have at most ${most}`);
  }
}

/** The rows that a manifest states of one of its files. */
export function rowsOf({ files }: Manifest, file: string): number {
  const stated = files.find(({ name }) => name === file);
  if (stated === undefined) throw new Error(`manifest: no file ${file}`);
  return stated.rows;
}

function filesOf(manifest: Manifest): readonly string[] {
  switch (manifest.kind) {
    case "index":
      return [INDEX_FILE];
    case "settlement":
      return manifest.sketchesRoot === undefined ? [RECEIPTS_FILE] : [RECEIPTS_FILE, SKETCHES_FILE];
    case "epoch":
      return [RECEIPTS_FILE, SKETCHES_FILE, TRACE_FILE, ENTRIES_FILE, POINTS_FILE, EARNINGS_FILE, PAYOUTS_FILE];
  }
}

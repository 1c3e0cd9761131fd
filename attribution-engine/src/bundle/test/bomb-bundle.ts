// Bundles whose tables are small files and unpack to very many rows.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleHash, decodeManifest, encodeManifest, type EpochManifest } from "@tributary/protocol/bundle-manifest";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { Hex } from "viem";
import { MANIFEST } from "../bundle-directory.ts";
import { TRACE_FILE } from "../bundle-files.ts";
import { TRACE_SCHEMA } from "../epoch-tables.ts";

/** A copy of an epoch's bundle with a compressed trace of so many equal rows; `stated` is what its manifest says of it. @returns its hash */
export async function bombBundle(
  bundles: string,
  hash: Hex,
  rows: number,
  stated?: Partial<EpochManifest["files"][number]>,
): Promise<Hex> {
  const folder = join(bundles, "bomb");
  cpSync(join(bundles, hash), folder, { recursive: true });
  const path = join(folder, TRACE_FILE);
  await writeBomb(path, rows);
  const bytes = readFileSync(path);
  const manifest = decodeManifest(readFileSync(join(folder, MANIFEST)), "epoch");
  const sha256: Hex = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  const files = manifest.files.map((file) =>
    file.name === TRACE_FILE ? { ...file, bytes: bytes.length, sha256, ...stated } : file,
  );
  const encoded = encodeManifest({ ...manifest, files });
  writeFileSync(join(folder, MANIFEST), encoded);
  const bombed = bundleHash(encoded);
  cpSync(folder, join(bundles, bombed), { recursive: true });
  rmSync(folder, { recursive: true });
  return bombed;
}

async function writeBomb(path: string, rows: number): Promise<void> {
  const columns = Object.entries(TRACE_SCHEMA);
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map(([name, type]) => ({
        name,
        repetition_type: "REQUIRED" as const,
        ...(type === "int32"
          ? { type: "INT32" as const }
          : { type: "FIXED_LEN_BYTE_ARRAY" as const, type_length: type }),
      })),
    ],
    codec: "SNAPPY",
    statistics: false,
  });
  await writer.write({
    columnData: columns.map(([name, type]) => ({
      name,
      data: new Array<number | Uint8Array>(rows).fill(type === "int32" ? 0 : new Uint8Array(type)),
      encoding: "PLAIN",
    })),
    rowGroupSize: rows,
  });
  await writer.finish();
}

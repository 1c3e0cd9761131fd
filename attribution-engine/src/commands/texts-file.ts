// Texts of a file, one a row: JSON lines or Parquet, with a field or column `text`.
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createInterface } from "node:readline";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { NamedTexts } from "../decoder/decoder-gradients.ts";

const PARQUET_MAGIC = "PAR1";
const COLUMN = "text";

/** Reads all texts. @throws naming file and row of what is no text. */
export async function readTexts(path: string): Promise<NamedTexts> {
  const texts = isParquet(path) ? await parquetTexts(path) : await lineTexts(path);
  if (texts.length === 0) throw new Error(`${path}: no texts`);
  return { texts, nameOf: (row) => `${path} row ${row}` };
}

function isParquet(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(PARQUET_MAGIC.length);
    return readSync(descriptor, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString() === PARQUET_MAGIC;
  } finally {
    closeSync(descriptor);
  }
}

async function lineTexts(path: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new Error(`${path} row ${texts.length}: ${(cause as Error).message}`, { cause });
    }
    texts.push(textOf(value, path, texts.length));
  }
  return texts;
}

async function parquetTexts(path: string): Promise<string[]> {
  const file = await asyncBufferFromFile(path);
  let rows: unknown[];
  try {
    const metadata = await parquetMetadataAsync(file);
    rows = await parquetReadObjects({ file, metadata, columns: [COLUMN] });
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}; not a readable Parquet file of texts`, { cause });
  }
  return rows.map((row, i) => textOf(row, path, i));
}

function textOf(row: unknown, path: string, number: number): string {
  const text = typeof row === "object" && row !== null ? (row as Record<string, unknown>)[COLUMN] : undefined;
  if (typeof text !== "string") throw new Error(`${path} row ${number}: no field "${COLUMN}" with a text`);
  return text;
}

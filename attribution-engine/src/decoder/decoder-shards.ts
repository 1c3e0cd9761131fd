/** A decoder's files as stored objects, so that workers on other machines have them. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Digest } from "../distributed/objects.ts";
import type { ShardRunner, TaskContext } from "../distributed/shard-runner.ts";
import { fileBytes } from "../numerics/file-bytes.ts";
import type { DecoderModel } from "./decoder-text-model.ts";
import { decoderFiles } from "./decoder.ts";

/** Bytes of a file that are one object: weights may be larger than what one should hold. */
const PIECE = 2 ** 26;

interface StoredFile {
  readonly name: string;
  readonly pieces: readonly Digest[];
}

/** A decoder as it is stored. */
export interface StoredDecoder {
  readonly kind: "decoder";
  readonly width: number;
  readonly model: readonly StoredFile[];
  readonly adapter: readonly StoredFile[];
}

/** Stores the files of a decoder. */
export async function storeDecoder(shards: ShardRunner, { place, width }: DecoderModel): Promise<StoredDecoder> {
  const { model, adapter } = decoderFiles(place);
  return { kind: "decoder", width, model: await storeFiles(shards, model), adapter: await storeFiles(shards, adapter) };
}

async function storeFiles(shards: ShardRunner, paths: readonly string[]): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const path of paths) {
    const source = fileBytes(path);
    const pieces: Digest[] = [];
    for (let at = 0; at < source.size; at += PIECE)
      pieces.push(await shards.put(source.read(at, Math.min(PIECE, source.size - at))));
    files.push({ name: basename(path), pieces });
  }
  return files;
}

/** Fetches a decoder into a folder of this process, which is removed when it ends. */
export async function fetchDecoder(stored: StoredDecoder, object: TaskContext["object"]): Promise<DecoderModel> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-decoder-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const place = { model: join(folder, "model"), adapter: join(folder, "adapter") };
  for (const part of ["model", "adapter"] as const) {
    mkdirSync(place[part]);
    for (const { name, pieces } of stored[part])
      for (const piece of pieces)
        appendFileSync(join(place[part], basename(name)), (await object(piece)) as Uint8Array);
  }
  return { kind: "decoder", place, width: stored.width };
}

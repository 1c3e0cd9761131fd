// How far the reading of a source is, by the bytes of its files: half of it is reading a text, the other half keeping it.
import { statSync } from "node:fs";
import type { Stage } from "../progress.ts";
import type { Source } from "../records/read-source.ts";
import type { TextRecord } from "../records/text-record.ts";

export class BytesDone {
  readonly #stage: Pick<Stage, "update">;
  readonly #total: number;
  #done = 0;

  constructor({ files }: Source, stage: Pick<Stage, "update">) {
    this.#stage = stage;
    this.#total = 2 * files.reduce((sum, file) => sum + statSync(file).size, 0);
  }

  /** The same records, counted. */
  async *read(records: AsyncIterable<TextRecord>): AsyncGenerator<TextRecord> {
    for await (const record of records) {
      this.#add(Buffer.byteLength(record.text));
      yield record;
    }
  }

  /** @returns what is told how many of the texts are kept */
  taking(texts: readonly string[]): (count: number) => void {
    let told = 0;
    return (count) => {
      for (; told < count; told++) this.#add(Buffer.byteLength(texts[told]!));
    };
  }

  /** A compressed file has more than its bytes: it is at its end when it is. */
  #add(bytes: number): void {
    this.#done = Math.min(this.#done + bytes, 0.99 * this.#total);
    this.#stage.update(this.#done, this.#total);
  }
}

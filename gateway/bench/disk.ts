// What the disk takes to keep what it is given.
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** About what a call's commit writes. */
const PAGES = Buffer.alloc(5 * 8192, 1);
const COUNT = 400;
const PAUSE_MS = 5;

/** How long each of some writes of five pages takes to last on the disk, over blocks that the file has already, as a log's: ascending, milliseconds. */
export async function timeWrites(path: string): Promise<number[]> {
  const file = await open(path, "w");
  try {
    await file.writeFile(Buffer.alloc(COUNT * PAGES.length));
    await file.sync();
    const latenciesMs: number[] = [];
    for (let index = 0; index < COUNT; index++) {
      await sleep(PAUSE_MS);
      const startedAt = performance.now();
      await file.write(PAGES, 0, PAGES.length, index * PAGES.length);
      await file.datasync();
      latenciesMs.push(performance.now() - startedAt);
    }
    return latenciesMs.sort((a, b) => a - b);
  } finally {
    await file.close();
  }
}

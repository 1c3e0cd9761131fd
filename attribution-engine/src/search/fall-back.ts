// A search on a GPU that another one takes over from if the GPU fails, so that a long run ends with its lists.
import { GpuFailedError } from "./gpu/device.ts";
import type { Searcher } from "./searcher.ts";

/**
 * The first search, until its GPU fails, or has no room when it is opened: the second then ranks again what had no lists yet, and all that comes later.
 * Lists are the same by either. Other failures stay failures.
 * @param onNotice told once, when the second takes over
 */
export async function fallingBack(
  openFirst: () => Promise<Searcher>,
  openSecond: () => Promise<Searcher>,
  onNotice?: (message: string) => void,
): Promise<Searcher> {
  let second: Promise<Searcher> | undefined;
  /** The second search, which is opened at the first failure; throws what is not the GPU's. */
  const takeOver = (error: unknown): Promise<Searcher> => {
    if (!(error instanceof GpuFailedError)) throw error;
    if (second === undefined) {
      onNotice?.(`${error.message}; the processor goes on`);
      second = openSecond();
    }
    return second;
  };
  const first = await openFirst().catch(takeOver);
  let current = first;
  return {
    get backend() {
      return current.backend;
    },
    get threads() {
      return current.threads;
    },
    async rank(queries, call) {
      try {
        return await current.rank(queries, call);
      } catch (error) {
        current = await takeOver(error);
        return current.rank(queries, call);
      }
    },
    async close() {
      await first.close();
      const other = await second?.catch(() => undefined);
      if (other !== undefined && other !== first) await other.close();
    },
  };
}

/** Objects as files of a folder that all machines see. */
import { randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ObjectStore } from "./object-store.ts";

/** @throws if there is no such folder: one that is not mounted must not be taken for an empty one. */
export function openFolderStore(url: URL): ObjectStore {
  const folder = fileURLToPath(url);
  if (!existsSync(folder)) throw new Error(`${url.href}: there is no such folder; make it, or mount it, first`);
  return {
    name: url.href,
    async get(key) {
      try {
        return await readFile(join(folder, key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    has: (key) =>
      access(join(folder, key)).then(
        () => true,
        () => false,
      ),
    async put(key, bytes) {
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      // Named by chance, not by process: processes of two machines may have the same number.
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        await writeFile(temporary, bytes, { flush: true });
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    close: () => undefined,
  };
}

// Builds the static files with Vite, unless they are newer than all they are made of.
import { readdirSync, statSync } from "node:fs";
import { readFile, writeFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

const WORKSPACE = fileURLToPath(new URL("../..", import.meta.url));
export const DIST = join(WORKSPACE, "dist");
/** Written last: a build that was cut off is not taken for one. */
const STAMP = join(DIST, ".built");
const SOURCES = ["src", "public", "index.html", "vite.config.ts", "package.json", "../protocol/src"];
const COMPRESSED = /\.(js|css|html|svg|json)$/;

const compress = promisify(gzip);

/** Builds `dist/` if a source is newer; true if it had to. */
export async function buildIfStale(): Promise<boolean> {
  if (newestOf(STAMP) > Math.max(...SOURCES.map((source) => newestOf(join(WORKSPACE, source))))) return false;
  await build();
  return true;
}

/** Builds `dist/`, each text file also gzipped beside it. */
export async function build(): Promise<void> {
  const vite = await import("vite");
  await vite.build({ root: WORKSPACE, configFile: join(WORKSPACE, "vite.config.ts"), logLevel: "error" });
  const files = await readdir(DIST, { recursive: true });
  await Promise.all(
    files
      .filter((file) => COMPRESSED.test(file))
      .map(async (file) => {
        const bytes = await compress(await readFile(join(DIST, file)), { level: constants.Z_BEST_COMPRESSION });
        await writeFile(join(DIST, `${file}.gz`), bytes);
      }),
  );
  await writeFile(STAMP, "");
}

/** Latest change of a file or of anything in a folder, in milliseconds since 1970; 0 if it is not there. */
function newestOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newestOf(join(path, entry))));
}

if (import.meta.main) await build();

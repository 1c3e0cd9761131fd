// The command `npm run size -w @tributary/dashboard`: how much JavaScript the first page loads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildIfStale, DIST } from "../src/server/build.ts";

const LIMIT_KILOBYTES = 250;
/** With its pictures, which it loads after its numbers. */
const FIRST_PAGE = ["index.html", "src/pages/overview/OverviewPage.tsx", "src/pages/overview/Pictures.tsx"];

interface Chunk {
  file: string;
  imports?: string[];
}

await buildIfStale();
const manifest = JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
const files = new Set<string>();
const visit = (name: string): void => {
  const { file, imports = [] } = manifest[name]!;
  if (files.has(file)) return;
  files.add(file);
  imports.forEach(visit);
};
FIRST_PAGE.forEach(visit);

const sizes = [...files].map((file) => ({ file, gzippedBytes: readFileSync(join(DIST, `${file}.gz`)).length }));
const firstPageKilobytes = Math.ceil(sizes.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0) / 100) / 10;
if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ firstPageKilobytes, limitKilobytes: LIMIT_KILOBYTES, files: sizes }));
} else {
  for (const { file, gzippedBytes } of sizes) console.log(`${String(gzippedBytes).padStart(8)}  ${file}`);
  console.log(`First page: ${firstPageKilobytes} kB of gzipped JavaScript, ${LIMIT_KILOBYTES} at most`);
}
process.exitCode = firstPageKilobytes <= LIMIT_KILOBYTES ? 0 : 1;

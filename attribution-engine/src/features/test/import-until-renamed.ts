// Imports the features of a file into a folder, and is killed at the instant when the basis would be put in place.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [work = "", features = ""] = process.argv.slice(2);
const rename = fs.renameSync;
fs.renameSync = (from, to) => {
  if (String(to).endsWith("basis.safetensors")) process.kill(process.pid, "SIGKILL");
  rename(from, to);
};
syncBuiltinESMExports();
const { importFeaturesStage } = await import("../../commands/import-features.ts");
await importFeaturesStage.run({ work, options: { features, k: "32", workers: "1" }, onProgress: () => undefined });

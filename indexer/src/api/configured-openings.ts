// The openings that the launcher's environment names, as a part of the HTTP interface.
import { delimiter } from "node:path";
import type { Hono } from "hono";
import { ENVIRONMENT, requireEnvironment } from "../../launcher/environment.ts";
import { noOpenings } from "../../openings/app.ts";
import { startOpenings } from "../../openings/start-openings.ts";

export function configuredOpenings(): Hono {
  const bundles = (process.env[ENVIRONMENT.bundles] ?? "").split(delimiter).filter((folder) => folder !== "");
  const content = process.env[ENVIRONMENT.content];
  if (bundles.length === 0 && !content) return noOpenings();
  const memory = process.env[ENVIRONMENT.openingsMemory];
  return startOpenings({
    rpcUrl: requireEnvironment(ENVIRONMENT.rpcUrl),
    deployment: requireEnvironment(ENVIRONMENT.deployment),
    bundles,
    ...(content && { content }),
    ...(memory && { memoryMebibytes: Number(memory) }),
  }).app;
}

// A Python environment with the peers, made where there is none yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REQUIREMENTS = fileURLToPath(new URL("../requirements.txt", import.meta.url));

/** In the environment: what pip said of the packages that it did not install. */
const REFUSALS = "not-installed.json";

/** An environment. */
export interface PeersPython {
  readonly python: string;
  /** What pip said of each package that it did not install, by its name. */
  readonly refusals: Readonly<Record<string, string>>;
}

/**
 * The Python of the environment in `folder`, made there if the folder above is. Each requirement is installed by itself, so that one which is not to be had
 * takes no other with it.
 */
export function peersPython(folder: string, say: (text: string) => void): PeersPython {
  const python = join(folder, "bin", "python");
  const kept = join(folder, REFUSALS);
  if (existsSync(python)) return { python, refusals: existsSync(kept) ? readRefusals(kept) : {} };
  say(`making a Python environment in ${folder}, into which the packages of ${REQUIREMENTS} are downloaded`);
  const made = spawnSync("python3", ["-m", "venv", folder], { encoding: "utf8" });
  if (made.status !== 0) {
    throw new Error(`no environment for Python in ${folder}: ${made.error?.message ?? made.stderr.trim()}`);
  }
  const refusals: Record<string, string> = {};
  for (const requirement of readFileSync(REQUIREMENTS, "utf8").split("\n")) {
    if (requirement.trim() === "") continue;
    say(`installing ${requirement}`);
    const { status, stderr } = spawnSync(python, ["-m", "pip", "install", "--retries", "1", requirement], {
      encoding: "utf8",
    });
    if (status === 0) continue;
    const reason = pipError(stderr);
    refusals[requirement.split("==")[0]!.trim()] = reason;
    say(`${requirement} can't be installed: ${reason}`);
  }
  writeFileSync(kept, JSON.stringify(refusals));
  return { python, refusals };
}

function readRefusals(path: string): Record<string, string> {
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
}

/** What pip says at last, of all that it tried. */
export function pipError(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line.startsWith("ERROR:")) ?? lines.findLast((line) => line !== "") ?? "pip failed";
}

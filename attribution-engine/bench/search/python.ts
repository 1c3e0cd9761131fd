// A Python environment with the peers, made where there is none yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REQUIREMENTS = fileURLToPath(new URL("../requirements.txt", import.meta.url));

/**
 * The Python of the environment in `folder`, made there if the folder above is. Each requirement is installed by itself, so that one which is not to be had
 * takes no other with it; its peer then says that it is missing.
 */
export function peersPython(folder: string, say: (text: string) => void): string {
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  say(`making a Python environment in ${folder}, into which the packages of ${REQUIREMENTS} are downloaded`);
  const made = spawnSync("python3", ["-m", "venv", folder], { encoding: "utf8" });
  if (made.status !== 0) {
    throw new Error(`no environment for Python in ${folder}: ${made.error?.message ?? made.stderr.trim()}`);
  }
  for (const requirement of readFileSync(REQUIREMENTS, "utf8").split("\n")) {
    if (requirement.trim() === "") continue;
    say(`installing ${requirement}`);
    const { status } = spawnSync(python, ["-m", "pip", "install", "--retries", "1", requirement], { stdio: "ignore" });
    if (status !== 0) say(`${requirement} can't be installed`);
  }
  return python;
}

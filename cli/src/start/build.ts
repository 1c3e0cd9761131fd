// Builds the contracts for the deployment: nothing to do when they are built already.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs `hardhat build` without the tests, which nobody deploys; rejects with the end of its output if a contract does not compile. */
export async function buildContracts(logFile: string): Promise<void> {
  const hardhat = join(
    dirname(createRequire(join(ROOT, "package.json")).resolve("hardhat/package.json")),
    "dist/src/cli.js",
  );
  const log = createWriteStream(logFile, { flags: "a" });
  let output = "";
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [hardhat, "build", "--no-tests"], {
      cwd: ROOT,
      env: { ...process.env, CI: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log.write(chunk);
        output += chunk.toString("utf8");
      });
    }
    child.on("error", reject);
    child.on("close", (exitCode) => resolve(exitCode ?? 1));
  });
  log.end();
  if (code !== 0)
    throw new UserError(
      `the contracts do not build (log: ${logFile}):\n${output.split("\n").slice(-12).join("\n")}`,
      1,
    );
}

// Deploys the protocol to the local chain through the deploy command and reads back where everything is.
import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Deployment, parseDeployment } from "@tributary/protocol/deployment";
import { UserError } from "../errors.ts";

export type { Deployment };

const DEPLOY_COMMAND = fileURLToPath(new URL("../../../deploy/deploy.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface DeployOptions {
  rpcUrl: string;
  /** Where the deployment's own state and its result are kept. */
  stateFolder: string;
  logFile: string;
}

/** Runs the deploy command; resolves with the addresses and the deployment file. */
export async function deployProtocol(options: DeployOptions): Promise<{ deployment: Deployment; file: string }> {
  const args = [DEPLOY_COMMAND, "--network", "local", "--rpc", options.rpcUrl, "--state-dir", options.stateFolder];
  const log = createWriteStream(options.logFile, { flags: "a" });
  const lines: string[] = [];
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log.write(chunk);
        lines.push(...chunk.toString("utf8").split("\n"));
      });
    }
    child.on("error", reject);
    child.on("exit", (exitCode) => resolve(exitCode ?? 1));
  });
  log.end();
  if (code !== 0)
    throw new UserError(
      `deployment failed (log: ${options.logFile}):\n${lines.filter(Boolean).slice(-8).join("\n")}`,
      1,
    );
  return readDeployment(options.stateFolder);
}

function readDeployment(stateFolder: string): { deployment: Deployment; file: string } {
  const file = join(stateFolder, "deployments", "31337.json");
  const deployment = parseDeployment(JSON.parse(readFileSync(file, "utf8")), file);
  return { deployment, file };
}

// Deploys the protocol to the local chain through the deploy command, and reads back where everything is and what was proven of it.
import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDeployment, type Deployment } from "@tributary/protocol/deployment";
import { UserError } from "../errors.ts";
import { TRIBUTARY } from "./run-command.ts";

export type { Deployment } from "@tributary/protocol/deployment";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** One sentence of the proof that the deployer handed the protocol over. */
export interface HandOverStatement {
  subject: string;
  claim: string;
  holds: boolean;
}

export interface DeployOptions {
  rpcUrl: string;
  /** Where the deployment's own state and its result are kept. */
  stateFolder: string;
  logFile: string;
  /** Parameters that are not the local network's, by name. */
  parameters?: Readonly<Record<string, number>>;
}

export interface Deployed {
  deployment: Deployment;
  /** The deployment file. */
  file: string;
  statements: readonly HandOverStatement[];
}

/** Runs the deploy command, which proves the hand-over from the chain at its end. */
export async function deployProtocol(options: DeployOptions): Promise<Deployed> {
  const args = ["deploy", "--network", "local", "--rpc", options.rpcUrl, "--state-dir", options.stateFolder, "--json"];
  for (const [name, value] of Object.entries(options.parameters ?? {})) args.push("--set", `${name}=${value}`);
  const log = createWriteStream(options.logFile, { flags: "a" });
  log.write(`> ${TRIBUTARY} ${args.join(" ")}\n`);
  let result = "";
  let messages = "";
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [TRIBUTARY, ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (result += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      log.write(chunk);
      messages += chunk;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve(exitCode ?? 1));
  });
  log.end(result);
  if (code !== 0)
    throw new UserError(
      `deployment failed (log: ${options.logFile}):\n${messages.split("\n").filter(Boolean).slice(-8).join("\n")}`,
      1,
    );
  const { statements } = JSON.parse(result) as { statements: HandOverStatement[] };
  return { ...readDeployment(options.stateFolder), statements };
}

function readDeployment(stateFolder: string): Pick<Deployed, "deployment" | "file"> {
  const file = join(stateFolder, "deployments", "31337.json");
  return { deployment: parseDeployment(JSON.parse(readFileSync(file, "utf8")), file), file };
}

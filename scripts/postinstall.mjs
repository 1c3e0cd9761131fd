// Completes an install whose npm ran under an older Node than the pinned one, then builds the WebAssembly modules.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const REPAIR_MARK = "TRIBUTARY_INSTALL_REPAIR";

/** Hardhat's simulator loads only where npm installed its platform package (asked in a child: a failed lookup is cached). */
function isSimulatorInstalled() {
  return spawnSync(process.execPath, ["-e", 'require("@nomicfoundation/edr")'], { cwd: root }).status === 0;
}

/** Runs a command in the repository root with this process's Node first on the PATH (npm put the pinned one there). */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, [REPAIR_MARK]: "1" },
  });
  if (error !== undefined || status !== 0) {
    throw new Error(
      `postinstall: \`${command} ${args.join(" ")}\` failed (${error?.message ?? `exit code ${status}`})`,
    );
  }
}

if (Number(process.versions.node.split(".")[0]) < 24) {
  throw new Error(
    `postinstall: runs under Node ${process.versions.node}, but the pinned Node 24 was not installed; ` +
      'run `npm ci` with install scripts enabled (see "allowScripts" in package.json)',
  );
}

// npm skips optional native packages whose `engines` exclude the Node it runs under; here npm runs under the pinned Node.
if (!isSimulatorInstalled() && process.env[REPAIR_MARK] === undefined) {
  run("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (!isSimulatorInstalled()) {
    throw new Error("postinstall: @nomicfoundation/edr has no binary for this platform; see its optionalDependencies");
  }
}

run(process.execPath, ["scripts/build-wasm.ts"]);

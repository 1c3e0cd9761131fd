// Runs one command and ends it when this process's standard input closes, so that no server outlives a killed parent.
import { spawn } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  process.stderr.write("usage: process-guard <command> [arguments]\n");
  process.exit(2);
}

const GRACE_MILLISECONDS = 5_000;
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });

function end(): void {
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS).unref();
}

// An interrupt from a terminal reaches the whole process group: the parent decides when this command ends.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", end);
// What a server is asked by its parent.
process.on("SIGUSR2", () => child.kill("SIGUSR2"));
process.stdin.resume();
process.stdin.on("end", end);
process.stdin.on("error", end);
child.on("error", (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));

// A guarded server must end with the process that started it, however that one ends.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { startGuarded } from "./guarded-process.ts";
import { claimPort } from "./ports.ts";
import { isListening, until } from "../../deploy/testing/waiting.ts";

const MODULE = fileURLToPath(new URL("./guarded-process.ts", import.meta.url));
const SERVER = (port: number): string => `require("node:net").createServer().listen(${port}, "127.0.0.1")`;
const PATIENCE_MILLISECONDS = 25_000;

describe("a guarded process", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-guard-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("ends when it is stopped", async () => {
    const port = await claimPort(0, "a test server", "--port");
    const server = startGuarded({
      command: process.execPath,
      args: ["-e", SERVER(port)],
      logFile: join(folder, "log"),
    });
    await until(
      () => isListening(port),
      PATIENCE_MILLISECONDS,
      () => "the server listens",
    );
    await server.stop();
    expect(await isListening(port)).to.equal(false);
  });

  it("ends when its parent is killed with SIGKILL", async () => {
    const port = await claimPort(0, "a test server", "--port");
    const script = `
      const { startGuarded } = await import(${JSON.stringify(MODULE)});
      startGuarded({ command: process.execPath, args: ["-e", ${JSON.stringify(SERVER(port))}], logFile: ${JSON.stringify(join(folder, "log"))} });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    await until(
      () => isListening(port),
      PATIENCE_MILLISECONDS,
      () => "the server listens",
    );
    parent.kill("SIGKILL");
    await until(
      async () => !(await isListening(port)),
      PATIENCE_MILLISECONDS,
      () => "the server is gone",
    );
  });

  it("passes on what it is asked", async () => {
    const child = startGuarded({
      command: process.execPath,
      args: ["-e", "process.once('SIGUSR2', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1000)"],
      logFile: join(folder, "log"),
    });
    await until(
      () => child.logTail().includes("up"),
      PATIENCE_MILLISECONDS,
      () => "the command is up",
    );
    child.ask();
    expect(await child.exited).to.equal(7);
  });

  it("reports the end of its log", async () => {
    const child = startGuarded({
      command: process.execPath,
      args: ["-e", "console.log('one'); console.error('two'); process.exit(3)"],
      logFile: join(folder, "log"),
    });
    expect(await child.exited).to.equal(3);
    expect(child.logTail()).to.include("one").and.to.include("two");
  });
});

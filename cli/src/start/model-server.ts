// Runs the engine's server of the trained model, to which the gateway passes calls on.
import { join } from "node:path";
import { ENGINE } from "./engine.ts";
import { startServer, type LocalServer } from "./local-server.ts";
import { MODEL_NAME } from "./questions.ts";
import type { WorkFolder } from "./work-folder.ts";

export function startModelServer(folder: WorkFolder, port: number): Promise<LocalServer> {
  return startServer("the model's server", {
    command: process.execPath,
    args: [ENGINE, "serve-model", "--work", folder.engine, "--name", MODEL_NAME, "--port", String(port)],
    logFile: join(folder.logs, "model-server.log"),
    port,
    ready: "/health",
  });
}

// Command `serve-model`: the model of a work folder behind OpenAI's API, for a gateway on this machine.
import { parseArgs } from "node:util";
import { ServedModel } from "../serving/served-model.ts";
import { serveModel } from "../serving/model-server.ts";
import { CALL_CONTEXT } from "../sketch/sketch-texts.ts";
import { adapterOf, baseOf } from "./model-files.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts serve-model --work <folder> [options]

  --work DIR           work folder of the stages, with the trained adapter
  --base DIR           the base model's folder (the one that ships with the engine)
  --port N             port on 127.0.0.1; 0 for a free one (8000)
  --name NAME          how callers name it in \`model\` (tributary)
  --json               print one JSON object, {"url", "model"}, when it answers

OpenAI's /v1/completions, /v1/chat/completions, /v1/embeddings and /v1/models, and /health. Whoever reaches the port may call it: it is made to stand
behind a gateway. SIGTERM and SIGINT let it finish the calls that it has, and end it.
`;

/** Runs the command. @returns the exit code */
export async function serveModelCommand(args: readonly string[]): Promise<number> {
  const values = readArguments(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.work === undefined) throw new UsageError("--work is missing: the folder that the stages share");
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new UsageError(`--port is ${values.port}; must be a whole number from 0 to 65535`);
  if (values.name === "") throw new UsageError("--name is empty");
  const say = (message: string): void => {
    process.stderr.write(`serve-model: ${message}\n`);
  };
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  const context = { work: values.work, options: { base: values.base }, onProgress: () => undefined };
  const base = baseOf(context);
  const model = new ServedModel(values.name, base, adapterOf(context, base), CALL_CONTEXT);
  const server = await serveModel(model, port, say);
  say(`${values.name} answers at ${server.url}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ url: server.url, model: values.name })}\n`);
  await stopped;
  say("finishing the calls at hand");
  await server.stop();
  return 0;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        work: { type: "string" },
        base: { type: "string" },
        port: { type: "string", default: "8000" },
        name: { type: "string", default: "tributary" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

// Command `serve-openings`: opens what published bundles hold for whoever asks on standard input, a JSON object a line.
import { createInterface } from "node:readline";
import { reasonOf } from "@tributary/protocol/reason";
import type { AnswerLine, OpeningFailure, QuestionLine } from "@tributary/protocol/opening-questions";
import { BundleDesk, Missing } from "../openings/bundle-desk.ts";
import { TooLarge } from "../openings/kept-values.ts";
import { readOptions } from "./service.ts";
import { integerOf } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts serve-openings --bundles <folder> [--bundles …] [options]

  --memory MIB   what trees and tables may take that are kept between questions (1024)

Reads questions from standard input and answers each on standard output, one JSON object a line (protocol/src/opening-questions.ts). Ends with its input.
`;

const OPTIONS = {
  bundles: { type: "string", multiple: true },
  memory: { type: "string", default: "1024" },
  help: { type: "boolean", default: false },
} as const;

/** Runs the command. @returns the exit code */
export async function serveOpeningsCommand(args: readonly string[]): Promise<number> {
  const values = readOptions(args, OPTIONS);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.bundles === undefined) throw new UsageError("--bundles is missing");
  // Folders that are not there yet are empty: an indexer may start before anything is published.
  const desk = new BundleDesk(values.bundles, integerOf(values.memory, "--memory") * 2 ** 20);
  // One after the other: each may take all the memory that there is for it.
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line) as QuestionLine;
    process.stdout.write(`${JSON.stringify(await answerOf(desk, question))}\n`);
  }
  return 0;
}

async function answerOf(desk: BundleDesk, { id, ask, ...asked }: QuestionLine): Promise<AnswerLine> {
  try {
    return { id, answer: await desk[ask](asked as never) };
  } catch (error) {
    return { id, failure: { code: codeOf(error), message: reasonOf(error) } };
  }
}

function codeOf(error: unknown): OpeningFailure["code"] {
  if (error instanceof Missing) return "missing";
  return error instanceof TooLarge ? "large" : "broken";
}

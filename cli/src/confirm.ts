// Asks a person on the terminal before something that cannot be undone is sent.
import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { UserError } from "./errors.ts";

/** Where is asked, and where is answered. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Returns once a person has typed a word; the question shows it.
 * @param what is about to be done, in words that follow "to"
 * @param word that is to be typed
 * @throws UserError if anything else is typed, or nobody can be asked
 */
export async function confirm(what: string, word: string, { input, output }: Terminal = TERMINAL): Promise<void> {
  if (input.isTTY !== true)
    throw new UserError(`nothing was sent: to ${what} cannot be undone; pass --yes to do it without being asked`);
  const prompt = createInterface({ input, output });
  const ended = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([prompt.question(`To ${what} cannot be undone. Type ${word} to go on: `), ended]);
    if (answer.trim() !== word) throw new UserError(`nothing was sent: ${word} was not typed; run it again to ${what}`);
  } finally {
    prompt.close();
  }
}

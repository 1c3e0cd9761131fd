// What a command prints on standard error when it fails: words for people, or with --json one JSON object in a line.
import { printableJson, printableLines } from "./printable.ts";

/**
 * What servers, nodes and files say is in messages: a terminal obeys nothing of it, and further lines are indented, so that none looks like a verdict.
 * @param message what is wrong, where, and what to do
 * @param exitCode with which the command ends
 * @param name of the command, said before the words for people
 */
export function toldError(message: string, exitCode: number, isJson: boolean, name?: string): string {
  if (isJson) return `${printableJson(JSON.stringify({ error: message, exitCode }))}\n`;
  const words = printableLines(message).replace(/\n(?=[^\n])/g, "\n  ");
  return `${name === undefined ? "" : `${name}: `}${words}\n`;
}

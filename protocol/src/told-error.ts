// What a command prints on standard error when it fails: words for people, or with --json one JSON object in a line.

/**
 * @param message what is wrong, where, and what to do
 * @param exitCode with which the command ends
 * @param name of the command, said before the words for people
 */
export function toldError(message: string, exitCode: number, isJson: boolean, name?: string): string {
  if (isJson) return `${JSON.stringify({ error: message, exitCode })}\n`;
  return `${name === undefined ? "" : `${name}: `}${message}\n`;
}

// Reads which tests a reporter says failed, so that a long run can name them again at its end.

export interface Failure {
  /** The suites it is in and its own title, joined by ` › `. */
  test: string;
  /** The first lines of its error, without the stack. */
  error: string[];
}

const ERROR_LINES = 4;
const LINE_LENGTH = 200;
/** Mocha sets the titles below the first one further in than the error; Hardhat's Solidity reporter gives one title. */
const TITLE = /^ {7,}\S/;
const STACK = /^\s+at /;

/** The failures after the last summary (`2 failing`) of mocha's or Hardhat's Solidity reporter, in an output without colours. */
export function readFailures(output: string): Failure[] {
  const summary = [...output.matchAll(/^\s*\d+ failing$/gm)].at(-1);
  if (summary === undefined) return [];
  const entries: string[][] = [];
  for (const line of output.slice(summary.index + summary[0].length).split("\n")) {
    // An error may quote such a list: only the next number begins an entry.
    const title = new RegExp(`^ {2}${entries.length + 1}\\) (.+)$`).exec(line)?.[1];
    if (title !== undefined) entries.push([title]);
    else entries.at(-1)?.push(line);
  }
  return entries.map(readEntry);
}

function readEntry([first = "", ...rest]: readonly string[]): Failure {
  const errorStart = rest.findIndex((line) => !TITLE.test(line));
  const titles = [first, ...rest.slice(0, errorStart)].map((title) => title.trim());
  const error = rest.slice(errorStart);
  const stackStart = error.findIndex((line) => STACK.test(line));
  return {
    test: titles.join(" › ").replace(/:$/, ""),
    error: (stackStart === -1 ? error : error.slice(0, stackStart))
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(0, ERROR_LINES)
      .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line)),
  };
}

/** As the last lines of a run show it. */
export function formatFailure(suite: string, { test, error }: Failure): string {
  return [`  ${suite}: ${test}`, ...error.map((line) => `      ${line}`)].join("\n");
}

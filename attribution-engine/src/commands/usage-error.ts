// A command that was called wrongly or whose input is unusable, such as a node that does not answer: it ends with exit code 2 (docs/cli.md, “Output and exit codes”).

export class UsageError extends Error {}

// A call of the deployment that was wrong, a parameter that cannot be read, or a node that does not answer: it ends with exit code 2, and nothing was sent.

export class UsageError extends Error {}

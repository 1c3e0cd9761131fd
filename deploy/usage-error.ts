// A call of the deployment that was wrong, or a parameter that cannot be read: it ends with exit code 2, and nothing was sent.

export class UsageError extends Error {}

// Tells errors of the way to the chain from what the chain answers.

/** Whether an error says that nothing could be asked, rather than what the answer was. */
export function isOfNetwork(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (["HttpRequestError", "TimeoutError", "WebSocketRequestError", "RpcRequestError"].includes(cause.name))
      return true;
  }
  return false;
}

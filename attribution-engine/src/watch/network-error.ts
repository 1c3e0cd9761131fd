// Tells errors of the way to the chain from what the chain answers.
import { getNodeError } from "viem/utils";
import { RpcRequestError, UnknownNodeError } from "viem";

/** Whether nothing could be asked: no node was reached. */
export function isUnreachable(error: unknown): boolean {
  return causesOf(error).some(({ name }) =>
    ["HttpRequestError", "TimeoutError", "WebSocketRequestError", "SocketClosedError"].includes(name),
  );
}

/** Whether a node does not have what another one, or this one before a reorganisation, had: it is asked again. */
export function isBehind(error: unknown): boolean {
  return causesOf(error).some(({ name }) =>
    [
      "TransactionReceiptNotFoundError",
      "TransactionNotFoundError",
      "BlockNotFoundError",
      "UnknownSettlementError",
    ].includes(name),
  );
}

/** What a node answered with an error, `undefined` if none did. */
export function refusalOfNode(error: unknown): RpcRequestError | undefined {
  return causesOf(error).find((cause) => cause instanceof RpcRequestError);
}

/**
 * Whether an error says that something could not be asked, rather than what the answer was: no node was reached, or one had a trouble of its own, such as too
 * many requests, or was behind. What is known to be a verdict on a call or a transaction, such as a revert or missing funds, is an answer.
 */
export function isOfNetwork(error: unknown): boolean {
  if (isUnreachable(error) || isBehind(error)) return true;
  const refusal = refusalOfNode(error);
  return refusal !== undefined && getNodeError(refusal, {}) instanceof UnknownNodeError;
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}

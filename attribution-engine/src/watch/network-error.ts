// Tells errors of the way to the chain from what the chain answers.
import { getNodeError } from "viem/utils";
import { HttpRequestError, ResponseBodyTooLargeError, RpcRequestError, UnknownNodeError } from "viem";

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

/** Whether a node says that it would answer about fewer blocks: nodes limit blocks, results, bytes and time, each in its own words. */
export function isAboutRange(error: unknown): boolean {
  return causesOf(error).some((cause) => {
    if (cause instanceof HttpRequestError) return cause.status === CONTENT_TOO_LARGE;
    if (cause instanceof ResponseBodyTooLargeError) return true;
    return cause instanceof RpcRequestError && RANGE.test(cause.details) && !RATE.test(cause.details);
  });
}

const CONTENT_TOO_LARGE = 413;
const RANGE = /range|blocks|results|logs|size|limit|exceed|too (many|large|big|long)|time(d )?[ -]?out/i;
const RATE = /\brate\b|requests|per (second|minute|day)|quota|capacity|credits/i;

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}

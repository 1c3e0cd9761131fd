// Says 503 where the chain, the signer or the books could not be asked, and the cause to the operator alone.
import { ApiError } from "../openai/api-error.ts";

/**
 * Runs what asks the chain, the signer or the books.
 * @param message what cannot be said or done now, as a sentence
 * @throws ApiError 503 `payments_unavailable`, with the cause, where it throws anything but an ApiError
 */
export async function orUnavailable<Answer>(message: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const error = new ApiError(503, "api_error", message, {
      code: "payments_unavailable",
      headers: { "retry-after": "5" },
    });
    error.cause = cause;
    throw error;
  }
}

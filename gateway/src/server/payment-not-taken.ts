// What a caller is told whose payment held at first, but could not be taken once the answer was there.
import { ApiError } from "../openai/api-error.ts";

/** @param cause logged, not shown */
export function paymentNotTaken(cause: unknown): ApiError {
  const error = new ApiError(402, "invalid_request_error", "The payment could not be taken; nothing was charged.", {
    code: "payment_not_taken",
  });
  error.cause = cause;
  return error;
}

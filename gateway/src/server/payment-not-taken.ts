// What a caller is told whose payment held at first, but could not be taken once the answer was there.
import { OutcomeUnknown } from "../books/sql.ts";
import { ApiError } from "../openai/api-error.ts";
import { PaymentRefused } from "../payments/refused.ts";

/**
 * Says that a charge failed; its cause is logged.
 * @param cause 402 if it is the payment's refusal; 503 if the books or the signer failed
 * @param isServed whether a part of the answer was sent before: the books have it, and charge it at their next look at the channel
 */
export function paymentNotTaken(cause: unknown, isServed = false): ApiError {
  const error = errorOf(
    cause,
    isServed ? "what was sent is charged later, and its receipt can be asked for then" : "nothing was charged",
  );
  error.cause = cause;
  return error;
}

function errorOf(cause: unknown, outcome: string): ApiError {
  if (cause instanceof PaymentRefused)
    return new ApiError(402, "payment_required", `The payment was not taken; ${outcome}.`, {
      code: cause.message,
    });
  if (cause instanceof OutcomeUnknown)
    return new ApiError(
      503,
      "api_error",
      "The payment may have been written down, or not: see what the channel was charged before paying again.",
      // OpenAI's clients ask again by themselves after a 503, unless they are told not to: they would pay again too.
      { code: "payment_unknown", headers: { "x-should-retry": "false" } },
    );
  return new ApiError(503, "api_error", `The payment could not be written down; ${outcome}.`, {
    code: "payment_failed",
  });
}

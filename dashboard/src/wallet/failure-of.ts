// What an error of a wallet or a node means for who asked for a transaction.
import { BaseError, type Hex, InsufficientFundsError, isHex, UserRejectedRequestError } from "viem";
import { unansweredBy } from "../check/unanswered.ts";
import { phrase } from "../format/phrase.ts";
import type { Failure } from "./call.ts";
import { refusalOf } from "./refusals.ts";

const REJECTED = 4001;

export function failureOf(error: unknown): Failure {
  if (isRejection(error)) return { kind: "refused" };
  const data = revertDataOf(error);
  if (data !== undefined) return { kind: "reverted", reason: refusalOf(data) ?? `for a reason unknown here: ${data}` };
  if (error instanceof BaseError) {
    if (error.walk((each) => each instanceof InsufficientFundsError) !== null)
      return { kind: "failed", reason: "the account has too little of the chain's own currency for the gas" };
    const unanswered = unansweredBy(error);
    if (unanswered !== undefined) return { kind: "failed", reason: unanswered };
    // Errors of viem's own have no details, whatever their type says.
    const details = error.details as string | undefined;
    const message = details === undefined || details === "" ? error.shortMessage : details;
    return /\brevert/i.test(message)
      ? { kind: "reverted", reason: "the contract gave no reason" }
      : { kind: "failed", reason: phrase(message) };
  }
  return { kind: "failed", reason: phrase(error instanceof Error ? error.message : String(error)) };
}

/** Wallets say it by code, whatever their library wraps around it. */
function isRejection(error: unknown): boolean {
  if (error instanceof UserRejectedRequestError) return true;
  for (let each = error; typeof each === "object" && each !== null; each = (each as { cause?: unknown }).cause)
    if ((each as { code?: unknown }).code === REJECTED) return true;
  return false;
}

/** Nodes put the data at different depths. */
function revertDataOf(error: unknown): Hex | undefined {
  for (let each = error; typeof each === "object" && each !== null; each = (each as { cause?: unknown }).cause) {
    const { data } = each as { data?: unknown };
    const found = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
    // The shortest is a selector.
    if (isHex(found) && found.length >= 10) return found;
  }
  return undefined;
}

// Tells, before tokens are allowed to a contract, whether it would refuse the call that takes them: an allowance that is sent before a refusal would stay.
import { BaseError, ContractFunctionRevertedError } from "viem";

/** Errors by which a token, or the library that calls it, refuses a transfer; `Error` is a text, which the protocol's contracts never refuse with. */
const OF_TRANSFERS: ReadonlySet<string> = new Set(["ERC20InsufficientAllowance", "SafeERC20FailedOperation", "Error"]);

/**
 * The protocol's contracts take tokens last: where only their transfer is refused, all else holds.
 * @param simulation of the call, with the ABI of the contract that is called
 * @throws what the simulation throws, unless it is the refusal of a transfer
 */
export async function refusedBeforePayment(simulation: Promise<unknown>): Promise<void> {
  try {
    await simulation;
  } catch (error) {
    if (!isOfTransfer(error)) throw error;
  }
}

function isOfTransfer(error: unknown): boolean {
  const found = error instanceof BaseError && error.walk((each) => each instanceof ContractFunctionRevertedError);
  if (!(found instanceof ContractFunctionRevertedError)) return false;
  const name = found.data?.errorName;
  // What the ABI does not know is the token's.
  return name === undefined || OF_TRANSFERS.has(name);
}

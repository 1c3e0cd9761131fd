// States that each step's transaction did exactly what the deployment says: this code with these arguments, this call with these.
import { decodeFunctionData, encodeFunctionData, type Hash, isAddressEqual } from "viem";
import { loadArtifact, withoutMetadata } from "../artifacts.ts";
import { encodeConstructor } from "../verification.ts";
import type { ExpectedCall, ExpectedContract } from "./expected.ts";
import type { Reader } from "./reader.ts";
import { state, type Statement, textOf } from "./statement.ts";

export function stateCreation(reader: Reader, expected: ExpectedContract, hash: Hash | undefined): Promise<Statement> {
  const { step, contract, address, args } = expected;
  return state(step, `was created with ${words(args)}`, async () => {
    if (hash === undefined) return "no transaction is recorded";
    const { transaction, receipt } = await reader.transaction(hash);
    if (receipt.status !== "success") return `its transaction ${hash} failed`;
    if (!receipt.contractAddress || !isAddressEqual(receipt.contractAddress, address))
      return `its transaction ${hash} created ${receipt.contractAddress ?? "nothing"}`;
    const artifact = await loadArtifact(contract);
    const tail = encodeConstructor(artifact, args).slice(2);
    const { input } = transaction;
    if (!input.endsWith(tail)) return `other arguments in transaction ${hash}`;
    const code = input.slice(0, input.length - tail.length);
    // Of equal length too: the constructor reads its arguments from where this code ends, and more "metadata" before the tail would be others.
    const isSame =
      code.length === artifact.bytecode.length && withoutMetadata(code) === withoutMetadata(artifact.bytecode);
    return isSame ? undefined : `other code in transaction ${hash}`;
  });
}

export function stateCall(reader: Reader, expected: ExpectedCall, hash: Hash | undefined): Promise<Statement> {
  const { step, contract, address, functionName, args } = expected;
  return state(contract, `${functionName} was called with ${words(args)}`, async () => {
    if (hash === undefined) return `no transaction is recorded for ${step}`;
    const { transaction, receipt } = await reader.transaction(hash);
    if (receipt.status !== "success") return `its transaction ${hash} failed`;
    if (!transaction.to || !isAddressEqual(transaction.to, address))
      return `transaction ${hash} called ${transaction.to ?? "nothing"}`;
    const { abi } = await loadArtifact(contract);
    if (transaction.input === encodeFunctionData({ abi, functionName, args })) return undefined;
    const found = decodeFunctionData({ abi, data: transaction.input });
    return `${found.functionName} with ${words(found.args ?? [])}`;
  });
}

function words(args: readonly unknown[]): string {
  return `(${args.map(textOf).join(", ")})`;
}

// States that the code at every address is that of the contract as it is built here.
import type { Address } from "viem";
import { loadArtifact, maskedCode } from "../artifacts.ts";
import type { Reader } from "./reader.ts";
import { state, type Statement } from "./statement.ts";

/** The artifact's code, compared without the compiler's metadata and with zeros where the constructor put immutables. */
export function stateCode(reader: Reader, name: string, contract: string, address: Address): Promise<Statement> {
  return state(name, `the code at ${address} is that of ${contract} as built here`, async () => {
    const { deployedBytecode, immutableReferences } = await loadArtifact(contract);
    const code = await reader.code(address);
    if (code === undefined) return "there is no code";
    if (code.length !== deployedBytecode.length)
      return `code of ${(code.length - 2) / 2} bytes, not ${(deployedBytecode.length - 2) / 2}`;
    return maskedCode(code, immutableReferences) === maskedCode(deployedBytecode, immutableReferences)
      ? undefined
      : "other code";
  });
}

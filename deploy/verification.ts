// Writes what block explorers need to verify the code: the compiler's input, its version, and the constructor's arguments of each contract.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { type Artifact, type Compilation, loadArtifact, loadCompilation } from "./artifacts.ts";
import { writeWhole } from "./files.ts";
import type { ExpectedContract } from "./proof/expected.ts";

/** `<step>.json`: the fields that Etherscan's and Sourcify's interfaces ask for. */
export type Verification = {
  address: Address;
  /** Path of the source and name, as in the input. */
  contractName: string;
  compilerVersion: string;
  /** ABI-encoded. */
  constructorArguments: Hex;
  /** File with the Standard JSON input, beside this one. */
  input: string;
};

export async function writeVerification(folder: string, deployed: readonly ExpectedContract[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const compilations = new Map<string, Compilation>();
  for (const { step, contract, address, args } of deployed) {
    const artifact = await loadArtifact(contract);
    const compilation = compilations.get(artifact.buildInfoId) ?? (await loadCompilation(artifact.buildInfoId));
    compilations.set(artifact.buildInfoId, compilation);
    const { id, input, solcLongVersion } = compilation;
    const inputFile = `input-${id}.json`;
    if (!existsSync(join(folder, inputFile))) await writeWhole(join(folder, inputFile), JSON.stringify(input));
    const verification: Verification = {
      address,
      contractName: `${artifact.inputSourceName}:${artifact.contractName}`,
      compilerVersion: `v${solcLongVersion}`,
      constructorArguments: encodeConstructor(artifact, args),
      input: inputFile,
    };
    await writeIfChanged(join(folder, `${step}.json`), `${JSON.stringify(verification, null, 2)}\n`);
  }
}

/** The arguments as they are appended to the creation code. */
export function encodeConstructor({ abi }: Artifact, args: readonly unknown[]): Hex {
  const inputs = abi.find((item) => item.type === "constructor")?.inputs ?? [];
  return encodeAbiParameters(inputs, args);
}

async function writeIfChanged(file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, "utf8")) === text) return;
  await writeWhole(file, text);
}

// The files for block explorers: compiling what they hold gives the very code that is on the chain.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Hex } from "viem";
import { DEPLOYED_CONTRACTS, type DeployedContract } from "@tributary/protocol/deployment";
import { deployAll } from "../../deploy/deploy-all.ts";
import type { Verification } from "../../deploy/verification.ts";
import { optionsOn, sandbox } from "./support/sandbox.ts";

/** One with immutables and settings of its own, one from a package, one without arguments. */
const RECOMPILED = ["RoyaltyLedger", "TimelockController", "AgentRegistry"] as const;
/** Put on a local chain without a transaction. */
const PLACED: readonly DeployedContract[] = ["BatchSettlement", "ERC3009DepositCollector", "Permit2DepositCollector"];

type Input = { settings: { outputSelection: unknown } };
type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
};

/** In a process of its own: a compiler keeps the whole process busy. */
function compile(input: Input): Promise<{ output: Output; version: string }> {
  const script = `
    const solc = require("solc");
    const chunks = [];
    process.stdin.on("data", (chunk) => chunks.push(chunk));
    process.stdin.on("end", () => {
      const output = JSON.parse(solc.compile(Buffer.concat(chunks).toString("utf8")));
      process.stdout.write(JSON.stringify({ output, version: solc.version() }));
    });`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", () => {
      resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as { output: Output; version: string });
    });
    child.stdin.end(JSON.stringify(input));
  });
}

/** `path/of/Source.sol:Name` */
function splitName(contractName: string): [source: string, contract: string] {
  const separator = contractName.lastIndexOf(":");
  return [contractName.slice(0, separator), contractName.slice(separator + 1)];
}

/** Asks the compiler for the creation code of these contracts. */
function outputOf(contracts: readonly [source: string, contract: string][]): Record<string, Record<string, string[]>> {
  return Object.fromEntries(contracts.map(([source, contract]) => [source, { [contract]: ["evm.bytecode.object"] }]));
}

describe("verification", function () {
  this.timeout(180_000);
  const box = sandbox();

  it("has a file for every contract, with which the compiler makes what was sent to the chain", async () => {
    const on = await box.chain();
    const { addresses, transactions } = await deployAll(optionsOn(box, on));
    const folder = join(box.stateDir, "deployments/verification-31337");
    const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), "utf8")) as T;
    const files = readdirSync(folder).filter((file) => !file.startsWith("input-"));
    const sent = DEPLOYED_CONTRACTS.filter((name) => !PLACED.includes(name));
    expect(files.sort()).to.deep.equal(sent.map((name) => `${name}.json`).sort());

    const verifications = RECOMPILED.map((name) => ({ name, ...read<Verification>(`${name}.json`) }));
    // Those of one input are compiled at once.
    for (const [input, ofInput] of Map.groupBy(verifications, (verification) => verification.input)) {
      const { settings, ...rest } = read<Input>(input);
      const outputSelection = outputOf(ofInput.map(({ contractName }) => splitName(contractName)));
      const { output, version } = await compile({ ...rest, settings: { ...settings, outputSelection } });
      expect(output.errors?.filter(({ severity }) => severity === "error") ?? []).to.deep.equal([]);
      for (const { name, address, contractName, compilerVersion, constructorArguments } of ofInput) {
        expect(address).to.equal(addresses[name]);
        expect(`v${version}`.startsWith(compilerVersion)).to.equal(true);
        const { input: creation } = await on.client.getTransaction({ hash: transactions[name]! });
        const [source, contract] = splitName(contractName);
        const code: Hex = `0x${output.contracts[source]![contract]!.evm.bytecode.object}`;
        expect(creation === code + constructorArguments.slice(2), name).to.equal(true);
      }
    }
  });
});

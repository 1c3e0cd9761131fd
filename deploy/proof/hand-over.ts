// Proves from the chain that a deployment is what it should be, and that whoever made it has no right left.
import type { Deployment } from "@tributary/protocol/deployment";
import type { PublicClient } from "viem";
import { type Parameters, parametersOf } from "../parameters.ts";
import { stateCode } from "./code.ts";
import { expectedOf } from "./expected.ts";
import { type At, type Reader, readerAt } from "./reader.ts";
import { stateRoles } from "./roles.ts";
import { state, type Statement } from "./statement.ts";
import { stateCall, stateCreation } from "./transactions.ts";
import { stateAnswerable, stateBound, stateWiring } from "./wiring.ts";

/** The statements, in the order in which they are read. */
export async function proveHandOver(
  client: PublicClient,
  deployment: Deployment,
  at: At = "latest",
): Promise<Statement[]> {
  const reader = await readerAt(client, at);
  const parameters = parametersOf(deployment.parameters);
  return [
    ...(await contractStatements(reader, deployment, parameters)),
    ...(await stateWiring(reader, deployment, parameters)),
    await stateAnswerable(reader, deployment),
    ...(await bindingStatements(reader, deployment, parameters)),
    ...(await stateRoles(
      reader,
      {
        timelock: deployment.addresses.TimelockController,
        governor: deployment.addresses.OpenGovernor,
        deployer: deployment.deployer,
      },
      BigInt(deployment.block),
    )),
  ];
}

/** @throws Error naming every statement that does not hold */
export function refuseBroken(statements: readonly Statement[]): void {
  const broken = statements.filter(({ holds }) => !holds);
  if (broken.length > 0)
    throw new Error(
      `the hand-over is not complete: ${broken.map(({ subject, claim, found }) => `${subject} ${claim} (${found ?? "it does not"})`).join("; ")}`,
    );
}

async function contractStatements(reader: Reader, d: Deployment, p: Parameters): Promise<Statement[]> {
  const { contracts, made, existing } = expectedOf(d, p);
  const created = contracts.flatMap((expected) => [
    stateCode(reader, expected.step, expected.contract, expected.address),
    stateCreation(reader, expected, d.transactions[expected.step]),
  ]);
  const inner = made.map(({ step, contract, address }) => stateCode(reader, step, contract, address));
  const given = existing.map(({ contract, address }) =>
    contract === "OpenToken"
      ? stateCode(reader, contract, contract, address)
      : state(contract, `there is code at ${address}`, async () =>
          (await reader.code(address)) === undefined ? "none" : undefined,
        ),
  );
  return Promise.all([...created, ...inner, ...given]);
}

async function bindingStatements(reader: Reader, d: Deployment, p: Parameters): Promise<Statement[]> {
  const { calls } = expectedOf(d, p);
  return Promise.all([
    ...calls.map((call) => stateCall(reader, call, d.transactions[call.step])),
    ...calls
      .filter(({ functionName }) => functionName.startsWith("bind"))
      .map((call) => stateBound(reader, call, d.deployer)),
  ]);
}

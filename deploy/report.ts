// Puts rehearsals and proofs into words.
import { formatEther, formatGwei } from "viem";
import { type Statement, textOf } from "./proof/statement.ts";
import type { Rehearsal, RehearsedStep } from "./rehearsal.ts";

/** What would be sent, and what it costs. */
export function rehearsalText({ from, notes, steps, gas, gasPriceWei, costWei, balanceWei }: Rehearsal): string {
  if (steps.length === 0) return "Everything is deployed: nothing would be sent.";
  const lines = steps.flatMap((step, index) => [
    `${String(index + 1).padStart(2)}. ${titleOf(step)}`,
    ...step.arguments.map(({ name, value }) => `      ${name}: ${textOf(value)}`),
    `      gas ${step.gas}, ${formatEther(step.costWei)} ETH`,
  ]);
  return [
    ...lines,
    "",
    `${steps.length} transactions of ${from}, which has ${formatEther(balanceWei)} ETH`,
    `${gas} gas at ${formatGwei(gasPriceWei)} gwei: ${formatEther(costWei)} ETH`,
    ...notes,
  ].join("\n");
}

function titleOf({ step, action, contract, address, functionName }: RehearsedStep): string {
  if (action === "deploy") return `deploy ${step} to ${address}`;
  return `call ${functionName ?? ""} of ${contract} at ${address}`;
}

/** Every statement, and whether it holds. */
export function proofText(statements: readonly Statement[]): string {
  const width = Math.max(...statements.map(({ subject }) => subject.length));
  const lines = statements.map(({ subject, claim, holds, found }) => {
    const text = `${holds ? "holds " : "BROKEN"}  ${subject.padEnd(width)}  ${shorten(claim)}`;
    return holds ? text : `${text}\n        found: ${found ?? "otherwise"}`;
  });
  const broken = statements.filter(({ holds }) => !holds).length;
  return [...lines, "", `${statements.length} statements, ${broken === 0 ? "all hold" : `${broken} do not hold`}`].join(
    "\n",
  );
}

/** Long argument lists are for the JSON report. */
function shorten(claim: string): string {
  return claim.length <= 140 ? claim : `${claim.slice(0, 137)}...`;
}

/** Amounts as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part), 2);
}

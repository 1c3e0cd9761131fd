// Writes docs/parameters.md from the parameters' own descriptions; with `--check` it only says whether the file is current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { formatEther, formatGwei } from "viem";
import { answerCover, MOST_ANSWER_GAS } from "./answer-cost.ts";
import { local } from "./networks/local.ts";
import { publicParameters } from "./networks/public-parameters.ts";
import { NETWORKS } from "./networks/networks.ts";
import { environmentName } from "./parameter-sources.ts";
import {
  GOVERNED,
  LEAST_PUBLIC_SECONDS,
  PARAMETER_NAMES,
  type ParameterName,
  type Parameters,
  PUBLIC_RELATIONS,
  RELATIONS,
  type Spec,
  SPECS,
} from "./parameters.ts";

export const PARAMETERS_DOC = fileURLToPath(new URL("../docs/parameters.md", import.meta.url));

const OPEN = 10n ** 18n;
const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** The text of the file. */
export async function renderParameters(): Promise<string> {
  const groups = Map.groupBy(PARAMETER_NAMES, (name) => SPECS[name].of);
  const text = `# Parameters of a deployment

<!-- Written by \`npm run parameters\` from deploy/parameters.ts and deploy/networks/; do not edit. -->

What is fixed when the protocol is deployed. Governance may change those marked *governed* afterwards, within the bounds named beside them or fixed in
code; everything else stays for good. \`checkParameters\` (deploy/parameters.ts) refuses what is out of range before anything is sent, and the contracts
refuse most of it too.

Give a parameter with \`--set name=value\`, in a JSON file with \`--parameters <file>\`, or in the environment (\`${environmentName("tokenRecipient")}\` for
\`tokenRecipient\`); the command line goes before the environment, the environment before the file, the file before the network's default. Amounts are
given in base units of OPEN (10^18 to one OPEN) and shown in OPEN here; windows in seconds; shares in basis points (1/10,000).

${[...groups].map(([contract, names]) => `## ${contract}\n\n${tableOf(names)}`).join("\n\n")}

An entry of \`paymentTokens\` is \`{"symbol", "token", "bondFloor", "mostBondFloor", "proposerFee", "mostProposerFee", "proofDeposit", "demandDeposit", "inclusionDeposit", "disputeBondFloor"}\`: the amounts mean what they mean for
OPEN, in base units of that token; windows and shares are those of OPEN's ledger.

## What must hold between them

${RELATIONS.map(({ says }) => `- ${says}`).join("\n")}
${PUBLIC_RELATIONS.map(({ says }) => `- on a network that is not local: ${says}`).join("\n")}
- on a network that is not local, at least: ${Object.entries(LEAST_PUBLIC_SECONDS)
    .map(([name, least]) => `\`${name}\` ${durationOf(least)}`)
    .join(", ")}

## Networks

| network | chain ids | blocks waited for | a block | final after about | ERC-8004 registry | source of the finality |
|---|---|---|---|---|---|---|
${NETWORKS.map(
  ({ name, chainIds, confirmations, finality, parameters }) =>
    `| \`${name}\` | ${chainIds.join(", ")} | ${confirmations} | ${finality.blockSeconds} s | ${durationOf(finality.finalSeconds)} | ${parameters.agentRegistry ?? "deployed"} | ${finality.source} |`,
).join("\n")}

No network file holds an address of a person or an organisation: \`tokenRecipient\` (or \`openToken\`) must be given, and \`treasury\` is the timelock
unless another is given. The registries are those of https://github.com/erc-8004/erc-8004-contracts; the deployment refuses an address without code.

## What a demand's deposit pays

Whoever answers a demand earns its deposit. No answer takes more than ${Number(MOST_ANSWER_GAS).toLocaleString("en")} gas (five full levels, or the longest leaf, of bytes that cost most); whether \`demandDeposit\` pays that
depends on two prices that no chain knows, so they are *assumed*, as \`prices\` in the network's file: what a unit of gas costs in all, publishing on Ethereum included, and what an OPEN is worth. Above the break-even price of gas an honest proposer
pays for the rest of its longest answers itself; a deployment for which other prices are likely sets another deposit.

| network | gas costs (\`gasPriceWei\`) | an OPEN is worth (\`openPriceWei\`) | longest answer | \`demandDeposit\` | break-even price of gas |
|---|---|---|---|---|---|
${NETWORKS.filter(({ prices }) => prices !== undefined)
  .map((network) => {
    const { cost, deposit, breakEvenGasPriceWei } = answerCover(network);
    const { gasPriceWei, openPriceWei } = network.prices!;
    return `| \`${network.name}\` | ${formatGwei(gasPriceWei)} gwei | ${formatEther(openPriceWei)} ETH | ${formatEther(cost)} OPEN | ${openOf(deposit)} | ${formatGwei(breakEvenGasPriceWei)} gwei |`;
  })
  .join("\n")}
`;
  return format(text, { ...(await resolveConfig(PARAMETERS_DOC)), parser: "markdown" });
}

function tableOf(names: readonly ParameterName[]): string {
  const rows = names.map((name) => {
    const governed = GOVERNED.has(name) ? " *(governed)*" : "";
    return `| \`${name}\` | ${SPECS[name].says}${governed} | ${rangeOf(SPECS[name])} | ${valueOf(name, publicParameters)} | ${valueOf(name, local.parameters)} |`;
  });
  return ["| parameter | meaning | range | public networks | local |", "|---|---|---|---|---|", ...rows].join("\n");
}

function rangeOf(spec: Spec): string {
  switch (spec.kind) {
    case "seconds":
      return `${durationOf(spec.least)} … ${durationOf(spec.most)}`;
    case "bps":
      return `${spec.least} … ${spec.most.toLocaleString("en")} bps`;
    case "amount":
      return `${spec.least === 0n ? "0" : `${spec.least} base unit`} … ${openOf(spec.most)}`;
    case "address":
      return "an address";
    case "tokens":
      return `at most ${spec.most}`;
  }
}

function valueOf(name: ParameterName, parameters: Parameters): string {
  const spec: Spec = SPECS[name];
  const value = parameters[name];
  if (spec.kind === "address") return value === undefined ? spec.absent : String(value as string);
  if (spec.kind === "tokens") return "none";
  if (spec.kind === "amount") return openOf(value as bigint);
  return spec.kind === "bps" ? `${(value as number).toLocaleString("en")} bps` : durationOf(value as number);
}

function durationOf(seconds: number): string {
  if (seconds === 0) return "0";
  const [name, length] = UNITS.find(([, unit]) => seconds % unit === 0 && seconds >= unit) ?? ["s", 1];
  return `${(seconds / length).toLocaleString("en")} ${name}`;
}

function openOf(amount: bigint): string {
  return `${(amount / OPEN).toLocaleString("en")} OPEN`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const text = await renderParameters();
  if (!values.check) writeFileSync(PARAMETERS_DOC, text);
  else if (readFileSync(PARAMETERS_DOC, "utf8") !== text) {
    console.error(`${PARAMETERS_DOC} is not current: run npm run parameters`);
    process.exitCode = 1;
  }
}

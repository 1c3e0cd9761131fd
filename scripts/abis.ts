// Writes the contracts' ABIs, typed by their values, from the artifacts to `protocol/src/abi/`; with `--check` it only says whether they are current.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";

/** Artifact of each contract whose ABI other workspaces use. */
export const ABI_SOURCES = [
  "token/OpenToken",
  "token/GovernanceOpen",
  "governance/OpenGovernor",
  "royalties/RoyaltyPositions",
  "royalties/RoyaltyVault",
  "royalties/RoyaltyLedger",
  "interfaces/IFaultProofs",
  "royalties/FaultProofs",
  "royalties/IndexProofs",
  "royalties/Demands",
  "royalties/SettlementProofs",
  "royalties/SketchDisputes",
  "royalties/RoyaltyShares",
  "royalties/RoyaltySharesFactory",
  "registry/DatanetRegistry",
  "registry/ContributionReview",
  "registry/ModelRegistry",
  "registry/AgentRegistry",
  "payments/TillFactory",
  "payments/ModelTill",
  "payments/BatchSettlement",
  "payments/ERC3009DepositCollector",
  "payments/Permit2DepositCollector",
  "staking/OperatorStaking",
  "staking/StakedAttributors",
] as const;

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** `RoyaltyLedger` → `royalty-ledger.ts`, `ERC3009DepositCollector` → `erc3009-deposit-collector.ts` */
export function abiFileOf(source: string): string {
  const name = nameOf(source).replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-");
  return join(root, "protocol/src/abi", `${name.toLowerCase()}.ts`);
}

/** The module's text, from the artifact. */
export async function renderAbi(source: string): Promise<string> {
  const name = nameOf(source);
  const artifactFile = join(root, "artifacts/contracts", `${source}.sol`, `${name}.json`);
  if (!existsSync(artifactFile)) throw new Error(`${artifactFile} is missing: run npm run build:contracts`);
  const { abi } = JSON.parse(readFileSync(artifactFile, "utf8")) as { abi: unknown };
  const constant = `${name.replace(/^[A-Z]+(?=\d)|^[A-Z]/, (first) => first.toLowerCase())}Abi`;
  const text = `// ABI of contracts/${source}.sol, written by npm run abis.\nexport const ${constant} = ${JSON.stringify(abi)} as const;\n`;
  return format(text, { ...(await resolveConfig(artifactFile)), parser: "typescript", plugins: [] });
}

function nameOf(source: string): string {
  return source.slice(source.lastIndexOf("/") + 1);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  mkdirSync(join(root, "protocol/src/abi"), { recursive: true });
  for (const source of ABI_SOURCES) {
    const file = abiFileOf(source);
    const text = await renderAbi(source);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (values.check) {
      console.error(`${file} is not current: run npm run abis`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote ${file}`);
    }
  }
}

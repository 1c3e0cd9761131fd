// Reads what the compiler said of the contracts in contracts/, helpers of tests aside, from the last build.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonFragment } from "ethers";
import { root } from "./child.ts";

/** The parts of solc's syntax tree that are read here. */
export type AstNode = {
  id: number;
  nodeType: string;
  name?: string;
  nodes?: AstNode[];
  contractKind?: "contract" | "interface" | "library";
  abstract?: boolean;
  linearizedBaseContracts?: number[];
  kind?: string;
  visibility?: string;
  stateMutability?: string;
  implemented?: boolean;
  body?: AstNode | null;
  statements?: AstNode[];
  expression?: AstNode;
};

export type StorageVariable = { label: string; offset: number; slot: string; type: string };

export type StorageLayout = {
  storage: StorageVariable[];
  types: Record<string, { label: string; members?: StorageVariable[] }> | null;
};

export type BuiltContract = {
  /** `contracts/token/OpenToken.sol` */
  source: string;
  name: string;
  abi: JsonFragment[];
  deployedBytes: number;
  layout: StorageLayout;
  ast: AstNode;
  /** Its own definition first, then its bases', those of packages included, each with the source it stands in. */
  lineage: { source: string; ast: AstNode }[];
};

type Artifact = {
  contractName: string;
  sourceName: string;
  inputSourceName: string;
  buildInfoId: string;
  abi: JsonFragment[];
  deployedBytecode: string;
};

type CompilerOutput = {
  contracts: Record<string, Record<string, { storageLayout?: StorageLayout }>>;
  sources: Record<string, { ast: AstNode }>;
};

export function isOwnSource(source: string): boolean {
  return source.startsWith("contracts/") && !source.startsWith("contracts/test/");
}

/** @throws where nothing is built */
export function readBuild(folder = "artifacts"): BuiltContract[] {
  const outputs = new Map<string, CompilerOutput>();
  const built = globSync(`${folder}/contracts/**/*.json`, { cwd: root })
    .sort()
    .map((file) => JSON.parse(readFileSync(join(root, file), "utf8")) as Artifact)
    .filter(({ sourceName }) => isOwnSource(sourceName))
    .map((artifact) => readContract(artifact, join(root, folder, "build-info"), outputs));
  if (built.length === 0) throw new Error(`${folder}/ has no contracts: run npm run build:contracts`);
  return built;
}

function readContract(artifact: Artifact, folder: string, outputs: Map<string, CompilerOutput>): BuiltContract {
  const { contractName: name, sourceName: source, inputSourceName, buildInfoId, abi, deployedBytecode } = artifact;
  let output = outputs.get(buildInfoId);
  if (output === undefined) {
    const file = join(folder, `${buildInfoId}.output.json`);
    if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build:contracts`);
    ({ output } = JSON.parse(readFileSync(file, "utf8")) as { output: CompilerOutput });
    outputs.set(buildInfoId, output);
  }
  const definitions = definitionsOf(output);
  const ast = [...definitions.values()].find((d) => d.source === source && d.ast.name === name)?.ast;
  if (ast === undefined) throw new Error(`${buildInfoId} has no ${source}:${name}: run npm run build:contracts`);
  const layout = output.contracts[inputSourceName]?.[name]?.storageLayout ?? { storage: [], types: null };
  const lineage = (ast.linearizedBaseContracts ?? []).map((id) => definitions.get(id)!);
  return { source, name, abi, deployedBytes: (deployedBytecode.length - 2) / 2, layout, ast, lineage };
}

function definitionsOf({ sources }: CompilerOutput): Map<number, { source: string; ast: AstNode }> {
  return new Map(
    Object.entries(sources).flatMap(([input, { ast }]) =>
      (ast.nodes ?? [])
        .filter(({ nodeType }) => nodeType === "ContractDefinition")
        .map((definition) => [definition.id, { source: input.replace(/^project\//, ""), ast: definition }] as const),
    ),
  );
}

/** What can be deployed: neither abstract nor a library nor an interface. */
export function isDeployable({ ast }: BuiltContract): boolean {
  return ast.contractKind === "contract" && ast.abstract !== true;
}

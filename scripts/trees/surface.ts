// Lists what the contracts offer to callers and what they refuse with, from the compiler's syntax trees.
import { type AstNode, type BuiltContract, isDeployable, isOwnSource } from "../build-info.ts";

export type Surface = {
  /** `Contract.function` of every external or public function with a body of its own. */
  functions: Set<string>;
  /** Every function, what is inherited from packages, getters, constructors and internal ones included: what a tree may be about. */
  known: Set<string>;
  /** Every custom error, and where it is declared. */
  errors: Map<string, string>;
};

/** An abstract part counts as the contracts that are made of it. */
export function surfaceOf(contracts: BuiltContract[]): Surface {
  const surface: Surface = { functions: new Set(), known: new Set(), errors: new Map() };
  for (const contract of contracts) {
    for (const { nodeType, name } of contract.ast.nodes ?? []) {
      if (nodeType === "ErrorDefinition") surface.errors.set(name!, `${contract.source}:${contract.name}`);
    }
    if (!isDeployable(contract) && contract.ast.contractKind !== "library") continue;
    for (const { source, ast } of contract.lineage) {
      if (ast.contractKind === "interface") continue;
      for (const node of ast.nodes ?? []) addFunction(surface, contract.name, node, isOwnSource(source));
    }
  }
  return surface;
}

function addFunction({ functions, known }: Surface, contract: string, node: AstNode, isOwn: boolean): void {
  if (node.nodeType === "VariableDeclaration" && node.visibility === "public") known.add(`${contract}.${node.name!}`);
  if (node.nodeType !== "FunctionDefinition") return;
  const name = node.kind === "function" ? node.name! : node.kind!;
  known.add(`${contract}.${name}`);
  const isOffered =
    isOwn && node.kind !== "constructor" && (node.visibility === "external" || node.visibility === "public");
  if (isOffered && node.implemented === true && !onlyCallsSuper(node)) functions.add(`${contract}.${name}`);
}

/** Solidity demands an override where two bases have a function; one that only passes the call on branches on nothing. */
function onlyCallsSuper({ body }: AstNode): boolean {
  const statements = body?.statements ?? [];
  const called = statements[0]?.expression?.expression?.expression;
  return statements.length === 1 && called?.nodeType === "Identifier" && called.name === "super";
}

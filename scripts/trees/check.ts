// Compares branching trees, tests and contracts.
import { parseTree, testsOf } from "./tree.ts";
import type { Surface } from "./surface.ts";

/** `text` by path, of `*.tree`, `*.t.sol` and `*.test.ts` files. */
export type TestFiles = ReadonlyMap<string, string>;

export type TreeReport = {
  functions: number;
  functionsWithTree: number;
  errors: number;
  errorsAsserted: number;
  leaves: number;
  problems: string[];
};

export function checkTrees(surface: Surface, files: TestFiles): TreeReport {
  const problems: string[] = [];
  const roots = new Set<string>();
  let leaves = 0;
  for (const [path, text] of files) {
    if (!path.endsWith(".tree")) continue;
    try {
      const parsed = parseTree(text);
      for (const { line, functions } of parsed) {
        for (const name of functions) {
          roots.add(name);
          if (!surface.known.has(name)) problems.push(`${path}:${line}: no contract has a function ${name}`);
        }
      }
      const named = parsed.flatMap(testsOf);
      leaves += named.length;
      problems.push(...compareTests(path, named, files));
    } catch (error) {
      problems.push(`${path}: ${(error as Error).message}`);
    }
  }
  const treeless = [...surface.functions].filter((name) => !roots.has(name));
  problems.push(...treeless.map((name) => `${name}: no tree under test/solidity/ has this root`));

  const tests = [...files].filter(([path]) => !path.endsWith(".tree")).map(([, text]) => text);
  const unasserted = [...surface.errors].filter(([name]) => !tests.some((text) => isAsserted(name, text)));
  problems.push(...unasserted.map(([name, source]) => `${source}: no test asserts the error ${name}`));
  return {
    functions: surface.functions.size,
    functionsWithTree: surface.functions.size - treeless.length,
    errors: surface.errors.size,
    errorsAsserted: surface.errors.size - unasserted.length,
    leaves,
    problems,
  };
}

function compareTests(tree: string, named: string[], files: TestFiles): string[] {
  const sibling = tree.replace(/\.tree$/, ".t.sol");
  const text = files.get(sibling);
  if (text === undefined) return [`${tree}: ${sibling} does not exist`];
  const defined = [...text.matchAll(/\bfunction (test\w+)\(/g)].map((match) => match[1]!);
  return [
    ...new Set(named)
      .difference(new Set(defined))
      .values()
      .map((name) => `${tree}: ${sibling} has no test ${name}`),
    ...new Set(defined)
      .difference(new Set(named))
      .values()
      .map((name) => `${sibling}: no leaf of ${tree} names ${name}`),
  ];
}

/** In Solidity by its selector, in TypeScript by its name as text. */
function isAsserted(error: string, text: string): boolean {
  return new RegExp(String.raw`\b${error}\.selector\b|["'\`]${error}["'\`(]`).test(text);
}

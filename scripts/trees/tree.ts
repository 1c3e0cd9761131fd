// Parses a branching tree: functions, the conditions they branch on, and the test of each leaf.

export type TreeNode = { line: number; text: string; tests: string[]; children: TreeNode[] };

/**
 * Functions of a contract that branch alike, written `Contract.function`, `Contract.f, g` or `Contract.f (in this case)`; none where the tree is
 * about something else of the contract, `Contract (its interface)`.
 */
export type TreeRoot = TreeNode & { functions: string[] };

const ROOT = /^([A-Z]\w*)(?:\.(\w+(?:, \w+)*))?( \(.+\))?$/;
const BRANCH = /^((?:│ {3}| {4})*)(?:├──|└──) (.*)$/;
const ARROW = " → ";
const TEST_NAME = /^test\w*$/;

/** @throws naming the line that is not of the format */
export function parseTree(text: string): TreeRoot[] {
  const roots: TreeRoot[] = [];
  /** The last node of each depth. */
  let path: TreeNode[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const content = raw.trimEnd();
    if (content === "") continue;
    const branch = BRANCH.exec(content);
    if (branch === null) {
      const root = parseRoot(content, line);
      roots.push(root);
      path = [root];
      continue;
    }
    const depth = branch[1]!.length / 4 + 1;
    if (depth > path.length) throw new Error(`line ${line}: deeper than one level below the line above it`);
    const node = parseNode(branch[2]!, line);
    path[depth - 1]!.children.push(node);
    path = [...path.slice(0, depth), node];
  }
  for (const root of roots) root.children.forEach(checkNode);
  return roots;
}

function parseRoot(content: string, line: number): TreeRoot {
  const match = ROOT.exec(content);
  if (match === null || (match[2] === undefined && match[3] === undefined))
    throw new Error(`line ${line}: neither \`Contract.function\` nor a branch: ${content}`);
  const functions = match[2]?.split(", ").map((name) => `${match[1]!}.${name}`) ?? [];
  return { line, text: content, functions, tests: [], children: [] };
}

function parseNode(content: string, line: number): TreeNode {
  const [text, names, ...rest] = content.split(ARROW);
  if (rest.length > 0) throw new Error(`line ${line}: more than one arrow`);
  const tests = names === undefined ? [] : names.split(", ");
  const odd = tests.find((name) => !TEST_NAME.test(name));
  if (odd !== undefined) throw new Error(`line ${line}: ${odd} is no name of a test`);
  return { line, text: text!, tests, children: [] };
}

/** Conditions branch, outcomes are tested. */
function checkNode({ line, text, tests, children }: TreeNode): void {
  if (children.length > 0 && tests.length > 0) throw new Error(`line ${line}: only leaves name tests: ${text}`);
  if (children.length === 0 && tests.length === 0) throw new Error(`line ${line}: a leaf names its test: ${text}`);
  children.forEach(checkNode);
}

export function testsOf(node: TreeNode): string[] {
  return [...node.tests, ...node.children.flatMap(testsOf)];
}

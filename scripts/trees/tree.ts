// Parses a branching tree: functions, the conditions they branch on, and the test of each leaf.

export type TreeNode = { line: number; text: string; tests: string[]; children: TreeNode[] };

/** A function of a contract, written `Contract.function`, with its branches. */
export type TreeRoot = TreeNode;

const ROOT = /^[A-Z]\w*\.\w+$/;
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
      if (!ROOT.test(content)) throw new Error(`line ${line}: neither \`Contract.function\` nor a branch: ${content}`);
      path = [{ line, text: content, tests: [], children: [] }];
      roots.push(path[0]!);
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

function parseNode(content: string, line: number): TreeNode {
  const [text, names, ...rest] = content.split(ARROW);
  if (rest.length > 0) throw new Error(`line ${line}: more than one arrow`);
  const tests = names === undefined ? [] : names.split(", ");
  const odd = tests.find((name) => !TEST_NAME.test(name));
  if (odd !== undefined) throw new Error(`line ${line}: ${odd} is no name of a test`);
  return { line, text: text!, tests, children: [] };
}

/** Conditions branch and outcomes are tested. */
function checkNode({ line, text, tests, children }: TreeNode): void {
  if (children.length > 0) {
    if (!/^(given|when) /.test(text)) throw new Error(`line ${line}: a condition starts with given or when: ${text}`);
    if (tests.length > 0) throw new Error(`line ${line}: only leaves name tests`);
    children.forEach(checkNode);
  } else {
    if (!/^it /.test(text)) throw new Error(`line ${line}: an outcome starts with it: ${text}`);
    if (tests.length === 0) throw new Error(`line ${line}: an outcome names its test after an arrow`);
  }
}

export function testsOf(node: TreeNode): string[] {
  return [...node.tests, ...node.children.flatMap(testsOf)];
}

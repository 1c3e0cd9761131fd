// Tests of the branching trees' checker.
import { expect } from "chai";
import type { AstNode, BuiltContract } from "../build-info.ts";
import { checkTrees } from "./check.ts";
import { surfaceOf } from "./surface.ts";
import { parseTree, testsOf } from "./tree.ts";

const TREE = `Vault.unbond
├── given no such pool
│   └── it reverts UnknownPool → test_Unbond_RevertsWithoutPool
└── given stake in the pool
    ├── when shares are 0
    │   └── it reverts ZeroShares → test_Unbond_RevertsForZero
    └── when shares are at most the caller's
        └── it moves the stake → test_Unbond_Moves, testFuzz_Unbond_Moves

Vault.poolOf
└── it answers → test_PoolOf
`;

const TESTS = `
  function test_Unbond_RevertsWithoutPool() public { vm.expectRevert(abi.encodeWithSelector(IVault.UnknownPool.selector, 1)); }
  function test_Unbond_RevertsForZero() public { vm.expectRevert(IVault.ZeroShares.selector); }
  function test_Unbond_Moves() public {}
  function testFuzz_Unbond_Moves(uint256) public {}
  function test_PoolOf() public {}
`;

let nextId = 1;

function definition(name: string, contractKind: AstNode["contractKind"], nodes: Partial<AstNode>[], abstract = false) {
  const id = nextId++;
  const children = nodes.map((node) => ({ id: nextId++, nodeType: "FunctionDefinition", kind: "function", ...node }));
  return { id, nodeType: "ContractDefinition", name, contractKind, abstract, nodes: children } as AstNode;
}

function contract(source: string, ast: AstNode, bases: { source: string; ast: AstNode }[] = []): BuiltContract {
  const layout = { storage: [], types: null };
  return { source, name: ast.name!, abi: [], deployedBytes: 0, layout, ast, lineage: [{ source, ast }, ...bases] };
}

const PUBLIC = { visibility: "external", implemented: true, body: { id: 0, nodeType: "Block", statements: [] } };

function vault(): BuiltContract[] {
  const face = contract(
    "contracts/IVault.sol",
    definition("IVault", "interface", [
      { nodeType: "ErrorDefinition", name: "UnknownPool" },
      { nodeType: "ErrorDefinition", name: "ZeroShares" },
      { name: "unbond", visibility: "external", implemented: false },
    ]),
  );
  const part = contract("contracts/Pools.sol", definition("Pools", "contract", [{ name: "poolOf", ...PUBLIC }], true));
  const ozSource = "npm/@openzeppelin/contracts@5.7.0/Ownable.sol";
  const oz = { source: ozSource, ast: definition("Ownable", "contract", [{ name: "owner", ...PUBLIC }], true) };
  const superCall = {
    id: 0,
    nodeType: "Return",
    expression: {
      id: 0,
      nodeType: "FunctionCall",
      expression: { id: 0, nodeType: "MemberAccess", expression: { id: 0, nodeType: "Identifier", name: "super" } },
    },
  };
  const whole = definition("Vault", "contract", [
    { kind: "constructor", name: "", ...PUBLIC, visibility: "public" },
    { name: "unbond", ...PUBLIC },
    { name: "_move", ...PUBLIC, visibility: "internal" },
    { name: "nonces", ...PUBLIC, body: { id: 0, nodeType: "Block", statements: [superCall] } },
  ]);
  const bases = [part.lineage[0]!, face.lineage[0]!, oz];
  return [face, part, contract("contracts/Vault.sol", whole, bases)];
}

describe("parseTree", () => {
  it("reads functions, conditions and tests", () => {
    const [unbond, poolOf] = parseTree(TREE);
    expect(unbond!.text).to.equal("Vault.unbond");
    expect(unbond!.children.map(({ text }) => text)).to.deep.equal(["given no such pool", "given stake in the pool"]);
    expect(unbond!.children[1]!.children[1]!.children[0]!.tests).to.deep.equal([
      "test_Unbond_Moves",
      "testFuzz_Unbond_Moves",
    ]);
    expect(testsOf(poolOf!)).to.deep.equal(["test_PoolOf"]);
  });

  it("reads functions that branch alike, and a note", () => {
    const branches = "\n└── it works → test_X";
    expect(
      parseTree(`A.f, g${branches}\nA.h (twice)${branches}\nA (its ABI)${branches}`).map(({ functions }) => functions),
    ).to.deep.equal([["A.f", "A.g"], ["A.h"], []]);
  });

  const wrong: [string, string, string][] = [
    ["a line without a branch", "A.f\nit works", "line 2: neither"],
    ["a root without a function", "A\n└── it works → test_Y", "line 1: neither"],
    ["a leaf without a test", "A.f\n└── it works", "line 2: a leaf names its test"],
    ["a test on a condition", "A.f\n└── when x → test_X\n    └── it works → test_Y", "line 2: only leaves name tests"],
    ["a skipped level", "A.f\n    └── it works → test_Y", "line 2: deeper than one level"],
    ["something else than a test", "A.f\n└── it works → check", "line 2: check is no name of a test"],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => parseTree(text)).to.throw(message);
    });
  }
});

describe("surfaceOf", () => {
  it("counts abstract parts as the whole; leaves out interfaces, packages and mere calls of super", () => {
    const { functions, known, errors } = surfaceOf(vault());
    expect([...functions].sort()).to.deep.equal(["Vault.poolOf", "Vault.unbond"]);
    expect([...known].sort()).to.deep.equal([
      "Vault._move",
      "Vault.constructor",
      "Vault.nonces",
      "Vault.owner",
      "Vault.poolOf",
      "Vault.unbond",
    ]);
    expect([...errors.keys()]).to.deep.equal(["UnknownPool", "ZeroShares"]);
  });
});

describe("checkTrees", () => {
  const surface = surfaceOf(vault());
  const check = (tree: string, tests: string): string[] =>
    checkTrees(
      surface,
      new Map([
        ["t/Vault.tree", tree],
        ["t/Vault.t.sol", tests],
      ]),
    ).problems;

  it("has nothing to say where all agree", () => {
    expect(check(TREE, TESTS)).to.deep.equal([]);
  });

  it("names a function without a tree, and a tree without a function", () => {
    expect(check(TREE.replace("Vault.poolOf", "Vault.gone"), TESTS)).to.deep.equal([
      "t/Vault.tree:10: no contract has a function Vault.gone",
      "Vault.poolOf: no tree under test/solidity/ has this root",
    ]);
  });

  it("names a leaf without a test, and a test without a leaf", () => {
    expect(check(TREE, TESTS.replace("test_PoolOf", "test_Other"))).to.deep.equal([
      "t/Vault.tree: t/Vault.t.sol has no test test_PoolOf",
      "t/Vault.t.sol: no leaf of t/Vault.tree names test_Other",
    ]);
  });

  it("names an error that no test asserts", () => {
    expect(check(TREE, TESTS.replace("ZeroShares.selector", "x"))).to.deep.equal([
      "contracts/IVault.sol:IVault: no test asserts the error ZeroShares",
    ]);
  });

  it("names a tree without tests, and one that it cannot read", () => {
    expect(checkTrees(surface, new Map([["t/Vault.tree", TREE]])).problems).to.include(
      "t/Vault.tree: t/Vault.t.sol does not exist",
    );
    expect(check("Vault.unbond\nwhat", TESTS)[0]).to.equal(
      "t/Vault.tree: line 2: neither `Contract.function` nor a branch: what",
    );
  });
});

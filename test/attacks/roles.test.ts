// Every function that changes state has a stated caller, and each that not everybody may call is tried by everybody else (Roles.t.sol, ChannelRoles.t.sol).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { isDeployable, readBuild } from "../../scripts/build-info.ts";
import { root } from "../../scripts/child.ts";
import { parseTree } from "../../scripts/trees/tree.ts";

/** Those who may call a function, of all accounts there are; `anybody` acts with what is their own. */
const ROLES: Record<string, Record<string, string[]>> = {
  anybody: {
    AgentRegistry: ["register"],
    BatchSettlement: ["claimWithSignature", "deposit", "multicall", "refundWithSignature", "settle"],
    ContributionReview: [
      "appeal",
      "object",
      "proveDuplicate",
      "resolve",
      "revealVote",
      "settleDuplicate",
      "slashUnrevealed",
      "withdrawBond",
    ],
    DatanetRegistry: ["accept", "collectLicenceIncome", "createDatanet", "payLicence", "reserve", "returnBond"],
    Demands: ["answer", "demand", "endUnanswered", "penalizeGateway", "penalizeSigner", "refund"],
    FaultProofs: [
      "burnDeposit",
      "commitProof",
      "payReward",
      "proveBalance",
      "proveEarning",
      "proveFallback",
      "proveGap",
      "proveGroup",
      "proveInfluence",
      "proveMalformed",
      "proveMirror",
      "proveMisplaced",
      "proveNet",
      "proveOmission",
      "proveOwner",
      "provePoints",
      "proveReceipt",
      "proveSketchHash",
      "proveUnordered",
    ],
    IndexProofs: [
      "burnDeposit",
      "commitProof",
      "payReward",
      "proveContent",
      "proveForm",
      "proveLayout",
      "proveNovelty",
    ],
    GovernanceOpen: ["depositFor"],
    ModelRegistry: ["register", "returnIndexBond"],
    OpenGovernor: [
      "castVote",
      "castVoteBySig",
      "castVoteWithReason",
      "castVoteWithReasonAndParams",
      "castVoteWithReasonAndParamsBySig",
      "execute",
      "propose",
      "queue",
    ],
    OperatorStaking: ["claimRewards", "fund", "fundModel", "openModelPool", "openPool", "stake", "withdraw"],
    RoyaltyLedger: ["accrue", "advance", "expire", "expirePlainIncome", "finalize", "propose", "returnBond"],
    RoyaltyShares: ["claimIncome", "collect"],
    RoyaltyVault: ["claim", "claimOne"],
    SettlementProofs: [
      "answerInclusion",
      "burnDeposit",
      "commitProof",
      "demandInclusion",
      "endInclusion",
      "penalizeGateway",
      "penalizeSigner",
      "proveContinuity",
      "proveEquivocation",
      "proveForeignChannel",
      "proveReceiptAlone",
      "proveReceiptForm",
      "proveReceiptOrder",
      "proveSketchForm",
      "proveSketchReceipt",
      "proveUncovered",
    ],
    SketchDisputes: ["dispute", "penalizeSigner", "resolve", "revealVote", "slashUnrevealed"],
    TillFactory: ["createTill"],
  },
  "the deployer, once": {
    DatanetRegistry: ["bindReview"],
    ModelRegistry: ["bindCourts"],
    OperatorStaking: ["bind"],
    RoyaltyLedger: ["bind"],
    RoyaltyPositions: ["bindMinters"],
    RoyaltyVault: ["bind"],
  },
  governance: {
    ModelRegistry: ["setIndexBond", "setTreasuryLeastBps"],
    OperatorStaking: ["addRewardToken"],
    RoyaltyLedger: ["setBonds", "setProposerFee"],
  },
  "the governor's timelock": {
    OpenGovernor: [
      "onERC1155BatchReceived",
      "onERC1155Received",
      "onERC721Received",
      "relay",
      "setLateQuorumVoteExtension",
      "setProposalThreshold",
      "setVotingDelay",
      "setVotingPeriod",
      "updateQuorumNumerator",
    ],
  },
  "the proposer of a vote": { OpenGovernor: ["cancel"] },
  "the guardian": { RoyaltyLedger: ["delayFinalization"] },
  courts: {
    ModelRegistry: ["endIndex", "holdIndex"],
    RoyaltyLedger: ["endProposal", "endSketches", "holdProposal", "holdSketches", "voidSettlement"],
  },
  registries: { RoyaltyPositions: ["mint"] },
  "the vault of OPEN": { RoyaltyPositions: ["markDirect", "raiseTo"] },
  "the vault": { RoyaltyLedger: ["payAccrued"] },
  "the ledger": { RoyaltyVault: ["markDirect", "setPayouts"] },
  tills: { RoyaltyLedger: ["addPlainIncome", "openSettlement"] },
  "the review": { DatanetRegistry: ["hold", "reject", "release"] },
  slashers: { OperatorStaking: ["slash"] },
  "attributors, by signature": { RoyaltyLedger: ["commitSketches"] },
  "the position's owner, or who they allowed it": { RoyaltyVault: ["claimFor", "claimTo"] },
  "the position's owner": {
    RoyaltySharesFactory: ["createShares"],
    RoyaltyVault: ["revokeDelegations", "setClaimer"],
  },
  "the holder of all shares": { RoyaltyShares: ["redeem"] },
  "the model's owner": { ModelRegistry: ["commitIndex", "registerVersion", "setPrice"] },
  "the till's gateway": { ModelTill: ["close", "closePlain"] },
  "the pool's operator": {
    ContributionReview: ["commitVote"],
    OperatorStaking: ["announceCommission"],
    SketchDisputes: ["commitVote"],
  },
  "the holder of the shares": { OperatorStaking: ["unbond"], RoyaltyShares: ["claimIncomeTo"] },
  "the payer of a channel, or its key": { BatchSettlement: ["finalizeWithdraw", "initiateWithdraw"] },
  "the receiver of a channel, or its authorizer": { BatchSettlement: ["claim", "refund"] },
  "payment channels": { ERC3009DepositCollector: ["collect"], Permit2DepositCollector: ["collect"] },
  "the contributor": { DatanetRegistry: ["contribute", "withdraw"] },
  "the agent's owner": {
    AgentRegistry: ["setAgentURI", "setAgentWallet", "setMetadata", "unsetAgentWallet"],
  },
};

/** Of ERC-20, ERC-721, ERC-2612, ERC-3009 and votes: what each holder does with their own, here as everywhere. */
const STANDARD = new Set([
  "approve",
  "burn",
  "burnFrom",
  "cancelAuthorization",
  "delegate",
  "delegateBySig",
  "permit",
  "receiveWithAuthorization",
  "safeTransferFrom",
  "setApprovalForAll",
  "transfer",
  "transferFrom",
  "transferWithAuthorization",
  "withdrawTo",
]);

/** Their refusals are those of the package they come from, which `test_Governor` tries where they decide anything. */
const INHERITED = new Set(["the governor's timelock", "the proposer of a vote"]);

/** The caller earns on their own account only: there is nobody whom it would refuse. */
const SELF = new Set(["RoyaltyShares.claimIncomeTo"]);

/** The section of docs/roles.md that a role is described in. */
const SECTIONS: Record<string, string> = {
  anybody: "Anybody",
  "the deployer, once": "The deployer",
  governance: "Governance",
  "the guardian": "The guardian",
  courts: "Contracts towards each other",
  registries: "Contracts towards each other",
  "the vault of OPEN": "Contracts towards each other",
  "the vault": "Contracts towards each other",
  "the ledger": "Contracts towards each other",
  tills: "Contracts towards each other",
  "the review": "Contracts towards each other",
  slashers: "Contracts towards each other",
  "payment channels": "Contracts towards each other",
};
const OWNERS = "Owners and operators";

function sectionsOf(document: string): Map<string, string> {
  const [, ...sections] = document.split(/^## /m);
  return new Map(sections.map((text) => [text.slice(0, text.indexOf("\n")), text]));
}

function stated(): [role: string, name: string][] {
  return Object.entries(ROLES).flatMap(([role, contracts]) =>
    Object.entries(contracts).flatMap(([contract, names]) =>
      names.map((name): [string, string] => [role, `${contract}.${name}`]),
    ),
  );
}

function offered(): string[] {
  const names = readBuild()
    .filter(isDeployable)
    .flatMap(({ name: contract, abi }) =>
      abi
        .filter(({ type, stateMutability }) => type === "function" && !/view|pure/.test(stateMutability ?? ""))
        .filter(({ name }) => !STANDARD.has(name!))
        .map(({ name }) => `${contract}.${name!}`),
    );
  return [...new Set(names)].sort();
}

describe("roles", () => {
  it("are stated for every function that changes state, once", () => {
    expect(
      stated()
        .map(([, name]) => name)
        .sort(),
    ).to.deep.equal(offered());
  });

  it("are tried by everybody else", () => {
    const trees = ["Roles", "ChannelRoles"].map((name) => join(root, `test/solidity/attacks/${name}.tree`));
    const tree = trees.flatMap((file) => parseTree(readFileSync(file, "utf8")));
    const tried = tree.flatMap(({ functions }) => functions).filter((name) => !name.endsWith(".constructor"));
    const restricted = stated()
      .filter(([role, name]) => role !== "anybody" && !INHERITED.has(role) && !SELF.has(name))
      .map(([, name]) => name);
    expect(tried.sort()).to.deep.equal(restricted.sort());
  });

  it("are those that docs/roles.md states", () => {
    const sections = sectionsOf(readFileSync(join(root, "docs/roles.md"), "utf8"));
    const isNamed = (section: string, name: string): boolean =>
      new RegExp(String.raw`\b${name}\b`).test(sections.get(section) ?? "");
    const all = stated().filter(([role]) => !INHERITED.has(role));
    const shortName = (name: string): string => name.split(".")[1]!;
    const missing = all.filter(([role, name]) => {
      if (name.startsWith("OpenGovernor.") || name.startsWith("GovernanceOpen.")) return false;
      return !isNamed(SECTIONS[role] ?? OWNERS, shortName(name));
    });
    const everybodys = new Set(all.filter(([role]) => role === "anybody").map(([, name]) => shortName(name)));
    const misplaced = all.filter(
      ([role, name]) => role !== "anybody" && !everybodys.has(shortName(name)) && isNamed("Anybody", shortName(name)),
    );
    expect({ missing, misplaced }).to.deep.equal({ missing: [], misplaced: [] });
  });
});

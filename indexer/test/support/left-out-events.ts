// Events of the contracts that the indexer does not fold, and why.

const APPROVAL = "who may move a token is asked of the chain when it matters; what was moved is indexed";
const DOMAIN = "of OpenZeppelin's EIP712, which never emits it: the domain is fixed";
const WIRING = "tells an address that the deployment binds for good; `npm run deploy -- --prove` checks it";
const METADATA = "repeats for marketplaces what the registry's own events tell";

export const LEFT_OUT: Record<string, string> = {
  "AgentRegistry:Approval": APPROVAL,
  "AgentRegistry:ApprovalForAll": APPROVAL,
  "AgentRegistry:BatchMetadataUpdate": METADATA,
  "AgentRegistry:EIP712DomainChanged": DOMAIN,
  "AgentRegistry:MetadataUpdate": METADATA,
  "BatchSettlement:EIP712DomainChanged": DOMAIN,
  "DatanetRegistry:Approval": APPROVAL,
  "DatanetRegistry:ApprovalForAll": APPROVAL,
  "DatanetRegistry:Reserved": "a hash that says nothing before its contribution is made, and nothing after",
  "DatanetRegistry:ReviewBound": WIRING,
  "GovernanceOpen:Approval": APPROVAL,
  "GovernanceOpen:EIP712DomainChanged": DOMAIN,
  "ModelRegistry:Approval": APPROVAL,
  "ModelRegistry:ApprovalForAll": APPROVAL,
  "OpenGovernor:EIP712DomainChanged": DOMAIN,
  "OpenGovernor:TimelockChange": "the governor refuses another timelock than its first",
  "OperatorStaking:Bound": WIRING,
  "RoyaltyLedger:Bound": WIRING,
  "RoyaltyLedger:EIP712DomainChanged": DOMAIN,
  "RoyaltyPositions:Approval": APPROVAL,
  "RoyaltyPositions:ApprovalForAll": APPROVAL,
  "RoyaltyPositions:MintersBound": WIRING,
  "RoyaltyShares:Approval": APPROVAL,
  "RoyaltyShares:EIP712DomainChanged": DOMAIN,
  "RoyaltyVault:Bound": WIRING,
  "RoyaltyVault:EIP712DomainChanged": DOMAIN,
};

const NO_EVENTS = "has no events";
const CODE = "code that others run; it holds nothing";

/** Contracts of a deployment of which no event is folded. */
export const LEFT_OUT_CONTRACTS: Record<string, string> = {
  OpenToken: "every payment is told by the contract that pays; a balance is asked of the chain",
  TimelockController:
    "what it holds and does the governor's events tell; who may what, `npm run deploy -- --prove` checks",
  StakedAttributors: NO_EVENTS,
  CallChecker: CODE,
  PayoutChecker: CODE,
  FormChecker: CODE,
  SettlementChecker: CODE,
  ERC3009DepositCollector: NO_EVENTS,
  Permit2DepositCollector:
    "tells of permits that failed; the deposit itself, or that there was none, the channel tells",
};

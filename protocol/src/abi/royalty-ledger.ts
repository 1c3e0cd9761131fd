// ABI of contracts/royalties/RoyaltyLedger.sol, written by npm run abis.
export const royaltyLedgerAbi = [
  {
    inputs: [
      { internalType: "contract IERC20", name: "token_", type: "address" },
      { internalType: "contract IRoyaltyPositions", name: "positions", type: "address" },
      { internalType: "contract IAttributorSet", name: "attributors_", type: "address" },
      {
        components: [
          { internalType: "uint48", name: "epochSeconds", type: "uint48" },
          { internalType: "uint48", name: "sketchWindowSeconds", type: "uint48" },
          { internalType: "uint48", name: "challengeWindowSeconds", type: "uint48" },
          { internalType: "uint48", name: "settlementLifetimeSeconds", type: "uint48" },
          { internalType: "uint128", name: "bondFloor", type: "uint128" },
          { internalType: "uint16", name: "bondBps", type: "uint16" },
        ],
        internalType: "struct IRoyaltyLedger.Parameters",
        name: "p",
        type: "tuple",
      },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  { inputs: [], name: "AlreadyBound", type: "error" },
  {
    inputs: [
      { internalType: "uint256", name: "expected", type: "uint256" },
      { internalType: "uint256", name: "received", type: "uint256" },
    ],
    name: "AmountMismatch",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint32", name: "proposal", type: "uint32" },
    ],
    name: "BondAlreadyReturned",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "ChallengeWindowOpen",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint256", name: "amount", type: "uint256" },
      { internalType: "uint128", name: "unclaimed", type: "uint128" },
    ],
    name: "ClaimsExceedPayouts",
    type: "error",
  },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "uint128", name: "cumulative", type: "uint128" },
      { internalType: "uint128", name: "claimed", type: "uint128" },
    ],
    name: "CumulativeBelowClaimed",
    type: "error",
  },
  { inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }], name: "EpochEmpty", type: "error" },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "SettlementId", name: "next", type: "uint64" },
    ],
    name: "EpochNotAdvanced",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "Epoch", name: "next", type: "uint64" },
    ],
    name: "EpochNotNext",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "EpochNotOver",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint128", name: "sum", type: "uint128" },
      { internalType: "uint128", name: "pools", type: "uint128" },
    ],
    name: "GroupsSumMismatch",
    type: "error",
  },
  {
    inputs: [{ internalType: "ModelVersion", name: "version", type: "uint64" }],
    name: "IndexNotUsable",
    type: "error",
  },
  { inputs: [{ internalType: "PositionId", name: "position", type: "uint64" }], name: "InvalidClaim", type: "error" },
  { inputs: [{ internalType: "string", name: "name", type: "string" }], name: "InvalidParameter", type: "error" },
  { inputs: [], name: "InvalidShortString", type: "error" },
  {
    inputs: [
      { internalType: "uint256", name: "positions", type: "uint256" },
      { internalType: "uint256", name: "amounts", type: "uint256" },
    ],
    name: "LengthMismatch",
    type: "error",
  },
  { inputs: [], name: "NoOpenEpoch", type: "error" },
  { inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }], name: "NoProposal", type: "error" },
  { inputs: [{ internalType: "address", name: "signer", type: "address" }], name: "NotAttributor", type: "error" },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "address", name: "caller", type: "address" },
    ],
    name: "NotClaimer",
    type: "error",
  },
  { inputs: [{ internalType: "address", name: "caller", type: "address" }], name: "NotDeployer", type: "error" },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "address", name: "caller", type: "address" },
    ],
    name: "NotPositionOwner",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint32", name: "proposal", type: "uint32" },
    ],
    name: "NotSuperseded",
    type: "error",
  },
  { inputs: [{ internalType: "address", name: "caller", type: "address" }], name: "NotTill", type: "error" },
  {
    inputs: [
      { internalType: "uint128", name: "sum", type: "uint128" },
      { internalType: "uint128", name: "expected", type: "uint128" },
    ],
    name: "PayoutsSumMismatch",
    type: "error",
  },
  {
    inputs: [
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "PlainIncomeNotExpired",
    type: "error",
  },
  { inputs: [{ internalType: "uint32", name: "proposal", type: "uint32" }], name: "ProposalExists", type: "error" },
  {
    inputs: [
      { internalType: "uint256", name: "signatures", type: "uint256" },
      { internalType: "uint256", name: "quorum", type: "uint256" },
    ],
    name: "QuorumNotReached",
    type: "error",
  },
  { inputs: [], name: "ReentrancyGuardReentrantCall", type: "error" },
  {
    inputs: [{ internalType: "address", name: "token", type: "address" }],
    name: "SafeERC20FailedOperation",
    type: "error",
  },
  {
    inputs: [
      { internalType: "SettlementId", name: "settlement", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "SettlementNotExpired",
    type: "error",
  },
  {
    inputs: [{ internalType: "SettlementId", name: "settlement", type: "uint64" }],
    name: "SettlementNotOpen",
    type: "error",
  },
  {
    inputs: [{ internalType: "address", name: "signer", type: "address" }],
    name: "SignersNotAscending",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint128", name: "sum", type: "uint128" },
      { internalType: "uint32", name: "count", type: "uint32" },
    ],
    name: "SketchCountMismatch",
    type: "error",
  },
  { inputs: [{ internalType: "string", name: "str", type: "string" }], name: "StringTooLong", type: "error" },
  {
    inputs: [{ internalType: "PositionId", name: "position", type: "uint64" }],
    name: "UnknownPosition",
    type: "error",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint32", name: "proposal", type: "uint32" },
    ],
    name: "UnknownProposal",
    type: "error",
  },
  {
    inputs: [{ internalType: "SettlementId", name: "settlement", type: "uint64" }],
    name: "UnknownSettlement",
    type: "error",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "PositionId", name: "position", type: "uint64" },
      { indexed: true, internalType: "address", name: "from", type: "address" },
      { indexed: false, internalType: "uint128", name: "amount", type: "uint128" },
    ],
    name: "Accrued",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "Epoch", name: "epoch", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "proposal", type: "uint32" },
      { indexed: true, internalType: "address", name: "proposer", type: "address" },
      { indexed: false, internalType: "uint128", name: "bond", type: "uint128" },
    ],
    name: "BondReturned",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "tills", type: "address" },
      { indexed: true, internalType: "address", name: "models", type: "address" },
    ],
    name: "Bound",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "PositionId", name: "position", type: "uint64" },
      { indexed: true, internalType: "address", name: "recipient", type: "address" },
      { indexed: false, internalType: "uint128", name: "attributed", type: "uint128" },
      { indexed: false, internalType: "uint128", name: "accrued", type: "uint128" },
    ],
    name: "Claimed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "PositionId", name: "position", type: "uint64" },
      { indexed: true, internalType: "address", name: "owner", type: "address" },
      { indexed: true, internalType: "address", name: "claimer", type: "address" },
    ],
    name: "ClaimerSet",
    type: "event",
  },
  { anonymous: false, inputs: [], name: "EIP712DomainChanged", type: "event" },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "Epoch", name: "epoch", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "proposal", type: "uint32" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        indexed: false,
        internalType: "struct Root",
        name: "payouts",
        type: "tuple",
      },
    ],
    name: "Finalized",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: false, internalType: "uint128", name: "amount", type: "uint128" },
    ],
    name: "PlainIncome",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: false, internalType: "uint128", name: "amount", type: "uint128" },
    ],
    name: "PlainIncomeExpired",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "Epoch", name: "epoch", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "proposal", type: "uint32" },
      { indexed: true, internalType: "address", name: "proposer", type: "address" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        indexed: false,
        internalType: "struct Root",
        name: "groups",
        type: "tuple",
      },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        indexed: false,
        internalType: "struct Root",
        name: "payouts",
        type: "tuple",
      },
      { indexed: false, internalType: "bytes32", name: "bundleHash", type: "bytes32" },
      { indexed: false, internalType: "uint128", name: "bond", type: "uint128" },
      { indexed: false, internalType: "uint48", name: "finalizableAt", type: "uint48" },
    ],
    name: "Proposed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "SettlementId", name: "settlement", type: "uint64" },
      { indexed: false, internalType: "uint128", name: "pool", type: "uint128" },
    ],
    name: "SettlementExpired",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "SettlementId", name: "settlement", type: "uint64" },
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "address", name: "till", type: "address" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        indexed: false,
        internalType: "struct Root",
        name: "receipts",
        type: "tuple",
      },
      { indexed: false, internalType: "uint32", name: "count", type: "uint32" },
      { indexed: false, internalType: "uint128", name: "pool", type: "uint128" },
    ],
    name: "SettlementOpened",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "SettlementId", name: "settlement", type: "uint64" },
      { indexed: true, internalType: "Epoch", name: "epoch", type: "uint64" },
      { indexed: true, internalType: "uint16", name: "group", type: "uint16" },
      { indexed: false, internalType: "uint32", name: "offset", type: "uint32" },
      { indexed: false, internalType: "uint128", name: "pool", type: "uint128" },
    ],
    name: "SettlementReady",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "SettlementId", name: "settlement", type: "uint64" },
      { indexed: true, internalType: "Epoch", name: "epoch", type: "uint64" },
    ],
    name: "SettlementReleased",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "SettlementId", name: "settlement", type: "uint64" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        indexed: false,
        internalType: "struct Root",
        name: "sketches",
        type: "tuple",
      },
      { indexed: false, internalType: "address", name: "committer", type: "address" },
      { indexed: false, internalType: "uint48", name: "readyAt", type: "uint48" },
      { indexed: false, internalType: "Epoch", name: "epoch", type: "uint64" },
      { indexed: false, internalType: "bytes32", name: "bundleHash", type: "bytes32" },
    ],
    name: "SketchesCommitted",
    type: "event",
  },
  {
    inputs: [
      { internalType: "PositionId[]", name: "positions", type: "uint64[]" },
      { internalType: "uint128[]", name: "amounts", type: "uint128[]" },
    ],
    name: "accrue",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      { internalType: "uint128", name: "amount", type: "uint128" },
    ],
    name: "addPlainIncome",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "uint256", name: "max", type: "uint256" }],
    name: "advance",
    outputs: [{ internalType: "uint256", name: "moved", type: "uint256" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "SettlementId", name: "settlement", type: "uint64" },
      { internalType: "bytes32", name: "sketchesHash", type: "bytes32" },
    ],
    name: "attestationDigest",
    outputs: [{ internalType: "bytes32", name: "", type: "bytes32" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "contract ITillFactory", name: "tills", type: "address" },
      { internalType: "contract IModelRegistry", name: "models", type: "address" },
    ],
    name: "bind",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "PositionId", name: "position", type: "uint64" },
          { internalType: "uint128", name: "cumulative", type: "uint128" },
          { internalType: "bytes32", name: "payloadHash", type: "bytes32" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct IRoyaltyLedger.Claim[]",
        name: "claims",
        type: "tuple[]",
      },
    ],
    name: "claim",
    outputs: [{ internalType: "uint256", name: "paid", type: "uint256" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "address", name: "recipient", type: "address" },
      {
        components: [
          { internalType: "PositionId", name: "position", type: "uint64" },
          { internalType: "uint128", name: "cumulative", type: "uint128" },
          { internalType: "bytes32", name: "payloadHash", type: "bytes32" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct IRoyaltyLedger.Claim[]",
        name: "claims",
        type: "tuple[]",
      },
    ],
    name: "claimTo",
    outputs: [{ internalType: "uint256", name: "paid", type: "uint256" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "PositionId", name: "position", type: "uint64" }],
    name: "claimedOf",
    outputs: [
      { internalType: "uint128", name: "claimedAttributed", type: "uint128" },
      { internalType: "uint128", name: "unclaimedAccrued", type: "uint128" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "SettlementId", name: "settlement", type: "uint64" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        internalType: "struct Root",
        name: "sketches",
        type: "tuple",
      },
      { internalType: "bytes32", name: "bundleHash", type: "bytes32" },
      { internalType: "bytes[]", name: "signatures", type: "bytes[]" },
    ],
    name: "commitSketches",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "eip712Domain",
    outputs: [
      { internalType: "bytes1", name: "fields", type: "bytes1" },
      { internalType: "string", name: "name", type: "string" },
      { internalType: "string", name: "version", type: "string" },
      { internalType: "uint256", name: "chainId", type: "uint256" },
      { internalType: "address", name: "verifyingContract", type: "address" },
      { internalType: "bytes32", name: "salt", type: "bytes32" },
      { internalType: "uint256[]", name: "extensions", type: "uint256[]" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "uint48", name: "timestamp", type: "uint48" }],
    name: "epochAt",
    outputs: [{ internalType: "Epoch", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "epochEnd",
    outputs: [{ internalType: "uint48", name: "", type: "uint48" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "epochPools",
    outputs: [{ internalType: "uint128", name: "", type: "uint128" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "SettlementId", name: "settlement", type: "uint64" }],
    name: "expire",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "ModelVersion", name: "version", type: "uint64" }],
    name: "expirePlainIncome",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "finalize",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "genesis",
    outputs: [{ internalType: "uint48", name: "", type: "uint48" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "groupCount",
    outputs: [{ internalType: "uint16", name: "", type: "uint16" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint16", name: "group", type: "uint16" },
    ],
    name: "groupOf",
    outputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "callCount", type: "uint32" },
          { internalType: "uint128", name: "pool", type: "uint128" },
          { internalType: "SettlementId[]", name: "settlements", type: "uint64[]" },
        ],
        internalType: "struct IRoyaltyLedger.Group",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "nextEpoch",
    outputs: [{ internalType: "Epoch", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        internalType: "struct Root",
        name: "receipts",
        type: "tuple",
      },
      { internalType: "uint32", name: "count", type: "uint32" },
      { internalType: "uint128", name: "pool", type: "uint128" },
    ],
    name: "openSettlement",
    outputs: [{ internalType: "SettlementId", name: "settlement", type: "uint64" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "owed",
    outputs: [
      { internalType: "uint256", name: "pools", type: "uint256" },
      { internalType: "uint256", name: "payouts", type: "uint256" },
      { internalType: "uint256", name: "accrued", type: "uint256" },
      { internalType: "uint256", name: "bonds", type: "uint256" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "parameters",
    outputs: [
      {
        components: [
          { internalType: "uint48", name: "epochSeconds", type: "uint48" },
          { internalType: "uint48", name: "sketchWindowSeconds", type: "uint48" },
          { internalType: "uint48", name: "challengeWindowSeconds", type: "uint48" },
          { internalType: "uint48", name: "settlementLifetimeSeconds", type: "uint48" },
          { internalType: "uint128", name: "bondFloor", type: "uint128" },
          { internalType: "uint16", name: "bondBps", type: "uint16" },
        ],
        internalType: "struct IRoyaltyLedger.Parameters",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "payoutsRoot",
    outputs: [
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        internalType: "struct Root",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "ModelVersion", name: "version", type: "uint64" }],
    name: "plainIncomeOf",
    outputs: [
      { internalType: "uint128", name: "amount", type: "uint128" },
      { internalType: "uint48", name: "since", type: "uint48" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "proposalCount",
    outputs: [{ internalType: "uint32", name: "", type: "uint32" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint32", name: "proposal", type: "uint32" },
    ],
    name: "proposalOf",
    outputs: [
      {
        components: [
          { internalType: "address", name: "proposer", type: "address" },
          { internalType: "uint48", name: "proposedAt", type: "uint48" },
          { internalType: "uint48", name: "finalizableAt", type: "uint48" },
          { internalType: "enum IRoyaltyLedger.ProposalStatus", name: "status", type: "uint8" },
          { internalType: "uint128", name: "bond", type: "uint128" },
          {
            components: [
              { internalType: "bytes32", name: "hash", type: "bytes32" },
              { internalType: "uint128", name: "sum", type: "uint128" },
            ],
            internalType: "struct Root",
            name: "groups",
            type: "tuple",
          },
          {
            components: [
              { internalType: "bytes32", name: "hash", type: "bytes32" },
              { internalType: "uint128", name: "sum", type: "uint128" },
            ],
            internalType: "struct Root",
            name: "payouts",
            type: "tuple",
          },
          { internalType: "bytes32", name: "bundleHash", type: "bytes32" },
        ],
        internalType: "struct IRoyaltyLedger.Proposal",
        name: "found",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        internalType: "struct Root",
        name: "groups",
        type: "tuple",
      },
      {
        components: [
          { internalType: "bytes32", name: "hash", type: "bytes32" },
          { internalType: "uint128", name: "sum", type: "uint128" },
        ],
        internalType: "struct Root",
        name: "payouts",
        type: "tuple",
      },
      { internalType: "bytes32", name: "bundleHash", type: "bytes32" },
    ],
    name: "propose",
    outputs: [{ internalType: "uint32", name: "proposal", type: "uint32" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "queueLength",
    outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "Epoch", name: "epoch", type: "uint64" }],
    name: "requiredBond",
    outputs: [{ internalType: "uint128", name: "", type: "uint128" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "Epoch", name: "epoch", type: "uint64" },
      { internalType: "uint32", name: "proposal", type: "uint32" },
    ],
    name: "returnBond",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "address", name: "claimer", type: "address" },
    ],
    name: "setClaimer",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "settlementCount",
    outputs: [{ internalType: "uint64", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "SettlementId", name: "settlement", type: "uint64" }],
    name: "settlementOf",
    outputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "address", name: "till", type: "address" },
          { internalType: "uint32", name: "count", type: "uint32" },
          { internalType: "enum IRoyaltyLedger.SettlementStatus", name: "status", type: "uint8" },
          { internalType: "uint48", name: "openedAt", type: "uint48" },
          { internalType: "uint48", name: "readyAt", type: "uint48" },
          { internalType: "Epoch", name: "epoch", type: "uint64" },
          { internalType: "uint16", name: "group", type: "uint16" },
          { internalType: "uint32", name: "offset", type: "uint32" },
          { internalType: "uint128", name: "pool", type: "uint128" },
          {
            components: [
              { internalType: "bytes32", name: "hash", type: "bytes32" },
              { internalType: "uint128", name: "sum", type: "uint128" },
            ],
            internalType: "struct Root",
            name: "receipts",
            type: "tuple",
          },
          {
            components: [
              { internalType: "bytes32", name: "hash", type: "bytes32" },
              { internalType: "uint128", name: "sum", type: "uint128" },
            ],
            internalType: "struct Root",
            name: "sketches",
            type: "tuple",
          },
        ],
        internalType: "struct IRoyaltyLedger.Settlement",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "token",
    outputs: [{ internalType: "address", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "treasuryPosition",
    outputs: [{ internalType: "PositionId", name: "", type: "uint64" }],
    stateMutability: "pure",
    type: "function",
  },
] as const;

// ABI of contracts/royalties/SketchDisputes.sol, written by npm run abis.
export const sketchDisputesAbi = [
  {
    inputs: [
      { internalType: "contract IRoyaltyLedger", name: "ledger", type: "address" },
      { internalType: "contract IModelRegistry", name: "models", type: "address" },
      { internalType: "contract IOperatorStaking", name: "staking", type: "address" },
      {
        components: [
          { internalType: "uint48", name: "resolveSeconds", type: "uint48" },
          { internalType: "uint128", name: "bondFloor", type: "uint128" },
          { internalType: "uint16", name: "bondBps", type: "uint16" },
          { internalType: "uint16", name: "unansweredBps", type: "uint16" },
          { internalType: "uint16", name: "signerFault", type: "uint16" },
          { internalType: "uint16", name: "signerBps", type: "uint16" },
          { internalType: "uint16", name: "admittedBps", type: "uint16" },
          { internalType: "uint48", name: "answerableSeconds", type: "uint48" },
        ],
        internalType: "struct ISketchDisputes.Parameters",
        name: "p",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint48", name: "commitSeconds", type: "uint48" },
          { internalType: "uint48", name: "revealSeconds", type: "uint48" },
          { internalType: "uint16", name: "quorumBps", type: "uint16" },
          { internalType: "uint16", name: "unrevealedFault", type: "uint16" },
          { internalType: "uint16", name: "unrevealedBps", type: "uint16" },
        ],
        internalType: "struct IStakeVotes.VoteTerms",
        name: "votes",
        type: "tuple",
      },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
    ],
    name: "AlreadyCommitted",
    type: "error",
  },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "AlreadyDisputed", type: "error" },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "AlreadyResolved", type: "error" },
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
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
    ],
    name: "CommitNotPending",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "CommitWindowOver",
    type: "error",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "DisputeTooLate",
    type: "error",
  },
  { inputs: [], name: "EmptyCommitment", type: "error" },
  { inputs: [{ internalType: "string", name: "field", type: "string" }], name: "InvalidParameter", type: "error" },
  {
    inputs: [
      { internalType: "PoolId", name: "pool", type: "uint64" },
      { internalType: "uint48", name: "snapshot", type: "uint48" },
    ],
    name: "NoStake",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint32", name: "place", type: "uint32" },
      { internalType: "uint64", name: "count", type: "uint64" },
    ],
    name: "NoSuchSketch",
    type: "error",
  },
  { inputs: [], name: "NoVoters", type: "error" },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "RoundId", name: "decisive", type: "uint64" },
    ],
    name: "NotDecisive",
    type: "error",
  },
  { inputs: [{ internalType: "uint8", name: "kind", type: "uint8" }], name: "NotDisputable", type: "error" },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
    ],
    name: "NotInElectorate",
    type: "error",
  },
  {
    inputs: [
      { internalType: "PoolId", name: "pool", type: "uint64" },
      { internalType: "address", name: "caller", type: "address" },
    ],
    name: "NotOperator",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
    ],
    name: "NothingCommitted",
    type: "error",
  },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "NothingToPenalize", type: "error" },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "from", type: "uint48" },
    ],
    name: "PenaltyTooEarly",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "PenaltyTooLate",
    type: "error",
  },
  { inputs: [], name: "ReentrancyGuardReentrantCall", type: "error" },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "from", type: "uint48" },
    ],
    name: "RevealNotOpen",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "RevealWindowOpen",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "RevealWindowOver",
    type: "error",
  },
  {
    inputs: [{ internalType: "address", name: "token", type: "address" }],
    name: "SafeERC20FailedOperation",
    type: "error",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "uint48", name: "until", type: "uint48" },
    ],
    name: "SlashWindowOver",
    type: "error",
  },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "UnknownDispute", type: "error" },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "UnknownRound", type: "error" },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
    ],
    name: "WrongReveal",
    type: "error",
  },
  { inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }], name: "WrongSigners", type: "error" },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: false, internalType: "enum ISketchDisputes.Outcome", name: "outcome", type: "uint8" },
      { indexed: false, internalType: "bool", name: "hasEnded", type: "bool" },
      { indexed: false, internalType: "uint128", name: "refund", type: "uint128" },
      { indexed: false, internalType: "uint128", name: "burned", type: "uint128" },
    ],
    name: "DisputeResolved",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "bytes32", name: "commit", type: "bytes32" },
      { indexed: true, internalType: "address", name: "disputer", type: "address" },
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        indexed: false,
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
      { indexed: false, internalType: "uint32", name: "place", type: "uint32" },
      { indexed: false, internalType: "uint128", name: "bond", type: "uint128" },
      { indexed: false, internalType: "uint48", name: "heldUntil", type: "uint48" },
    ],
    name: "Disputed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "DatanetId", name: "electorate", type: "uint64" },
      { indexed: false, internalType: "uint48", name: "snapshot", type: "uint48" },
      { indexed: false, internalType: "uint128", name: "stake", type: "uint128" },
      { indexed: false, internalType: "uint48", name: "commitUntil", type: "uint48" },
      { indexed: false, internalType: "uint48", name: "revealUntil", type: "uint48" },
    ],
    name: "RoundOpened",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "address", name: "signer", type: "address" },
      { indexed: false, internalType: "bool", name: "hasAdmitted", type: "bool" },
      { indexed: false, internalType: "uint128", name: "slashed", type: "uint128" },
      { indexed: false, internalType: "uint128", name: "reward", type: "uint128" },
    ],
    name: "SignerSlashed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "PoolId", name: "pool", type: "uint64" },
      { indexed: false, internalType: "uint128", name: "slashed", type: "uint128" },
      { indexed: false, internalType: "uint128", name: "reward", type: "uint128" },
    ],
    name: "UnrevealedSlashed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "PoolId", name: "pool", type: "uint64" },
      { indexed: false, internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "VoteCommitted",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "RoundId", name: "round", type: "uint64" },
      { indexed: true, internalType: "PoolId", name: "pool", type: "uint64" },
      { indexed: false, internalType: "enum Verdict", name: "verdict", type: "uint8" },
      { indexed: false, internalType: "uint128", name: "weight", type: "uint128" },
    ],
    name: "VoteRevealed",
    type: "event",
  },
  {
    inputs: [],
    name: "answerableSeconds",
    outputs: [{ internalType: "uint48", name: "", type: "uint48" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
    ],
    name: "bondFor",
    outputs: [{ internalType: "uint128", name: "", type: "uint128" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "commitVote",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "", type: "uint64" },
      { internalType: "PoolId", name: "", type: "uint64" },
    ],
    name: "commitmentOf",
    outputs: [{ internalType: "bytes32", name: "", type: "bytes32" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
    ],
    name: "decisiveDispute",
    outputs: [{ internalType: "RoundId", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
      { internalType: "uint32", name: "place", type: "uint32" },
    ],
    name: "dispute",
    outputs: [{ internalType: "RoundId", name: "round", type: "uint64" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }],
    name: "disputeOf",
    outputs: [
      {
        components: [
          { internalType: "address", name: "disputer", type: "address" },
          { internalType: "uint48", name: "committedAt", type: "uint48" },
          { internalType: "enum ISketchDisputes.Outcome", name: "outcome", type: "uint8" },
          {
            components: [
              { internalType: "uint8", name: "kind", type: "uint8" },
              { internalType: "uint64", name: "id", type: "uint64" },
              { internalType: "uint32", name: "sub", type: "uint32" },
            ],
            internalType: "struct IDemands.Commitment",
            name: "commitment",
            type: "tuple",
          },
          { internalType: "uint32", name: "place", type: "uint32" },
          { internalType: "uint128", name: "bond", type: "uint128" },
        ],
        internalType: "struct ISketchDisputes.Dispute",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "uint8", name: "kind", type: "uint8" },
          { internalType: "uint64", name: "id", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IDemands.Commitment",
        name: "commitment",
        type: "tuple",
      },
      { internalType: "uint32", name: "place", type: "uint32" },
    ],
    name: "disputeWith",
    outputs: [{ internalType: "RoundId", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "", type: "uint64" },
      { internalType: "PoolId", name: "", type: "uint64" },
    ],
    name: "hasAdmitted",
    outputs: [{ internalType: "bool", name: "", type: "bool" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "holdSeconds",
    outputs: [{ internalType: "uint48", name: "", type: "uint48" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "owed",
    outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "parameters",
    outputs: [
      {
        components: [
          { internalType: "uint48", name: "resolveSeconds", type: "uint48" },
          { internalType: "uint128", name: "bondFloor", type: "uint128" },
          { internalType: "uint16", name: "bondBps", type: "uint16" },
          { internalType: "uint16", name: "unansweredBps", type: "uint16" },
          { internalType: "uint16", name: "signerFault", type: "uint16" },
          { internalType: "uint16", name: "signerBps", type: "uint16" },
          { internalType: "uint16", name: "admittedBps", type: "uint16" },
          { internalType: "uint48", name: "answerableSeconds", type: "uint48" },
        ],
        internalType: "struct ISketchDisputes.Parameters",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "address[]", name: "signers", type: "address[]" },
      { internalType: "uint256", name: "place", type: "uint256" },
    ],
    name: "penalizeSigner",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }],
    name: "resolve",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
      { internalType: "bool", name: "isUpheld", type: "bool" },
      { internalType: "bytes32", name: "salt", type: "bytes32" },
    ],
    name: "revealVote",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "roundCount",
    outputs: [{ internalType: "uint64", name: "", type: "uint64" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }],
    name: "roundOf",
    outputs: [
      {
        components: [
          { internalType: "DatanetId", name: "electorate", type: "uint64" },
          { internalType: "uint48", name: "snapshot", type: "uint48" },
          { internalType: "uint48", name: "commitUntil", type: "uint48" },
          { internalType: "uint48", name: "revealUntil", type: "uint48" },
          { internalType: "uint128", name: "stake", type: "uint128" },
          { internalType: "uint128[4]", name: "revealed", type: "uint128[4]" },
        ],
        internalType: "struct IStakeVotes.Round",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "RoundId", name: "round", type: "uint64" },
      { internalType: "PoolId", name: "pool", type: "uint64" },
    ],
    name: "slashUnrevealed",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "RoundId", name: "round", type: "uint64" }],
    name: "verdictOf",
    outputs: [
      { internalType: "enum Verdict", name: "verdict", type: "uint8" },
      { internalType: "bool", name: "isAnswered", type: "bool" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "voteTerms",
    outputs: [
      {
        components: [
          { internalType: "uint48", name: "commitSeconds", type: "uint48" },
          { internalType: "uint48", name: "revealSeconds", type: "uint48" },
          { internalType: "uint16", name: "quorumBps", type: "uint16" },
          { internalType: "uint16", name: "unrevealedFault", type: "uint16" },
          { internalType: "uint16", name: "unrevealedBps", type: "uint16" },
        ],
        internalType: "struct IStakeVotes.VoteTerms",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
] as const;

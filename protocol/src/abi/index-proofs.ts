// ABI of contracts/royalties/IndexProofs.sol, written by npm run abis.
export const indexProofsAbi = [
  {
    inputs: [
      { internalType: "contract IModelRegistry", name: "models", type: "address" },
      { internalType: "contract IDatanetRegistry", name: "datanets", type: "address" },
      {
        components: [{ internalType: "uint128", name: "deposit", type: "uint128" }],
        internalType: "struct IReservations.Parameters",
        name: "p",
        type: "tuple",
      },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
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
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      { internalType: "uint32", name: "sub", type: "uint32" },
    ],
    name: "IndexNotPending",
    type: "error",
  },
  {
    inputs: [
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      { internalType: "uint32", name: "sub", type: "uint32" },
      { internalType: "uint48", name: "untilBlock", type: "uint48" },
    ],
    name: "IndexRewardStillHeld",
    type: "error",
  },
  { inputs: [{ internalType: "uint256", name: "link", type: "uint256" }], name: "InvalidOpening", type: "error" },
  { inputs: [{ internalType: "string", name: "name", type: "string" }], name: "InvalidParameter", type: "error" },
  { inputs: [], name: "NoFault", type: "error" },
  {
    inputs: [
      { internalType: "ModelVersion", name: "version", type: "uint64" },
      { internalType: "uint32", name: "sub", type: "uint32" },
    ],
    name: "NoIndexRewardHeld",
    type: "error",
  },
  { inputs: [], name: "ReentrancyGuardReentrantCall", type: "error" },
  {
    inputs: [
      { internalType: "address", name: "sender", type: "address" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "ReservationExists",
    type: "error",
  },
  {
    inputs: [
      { internalType: "address", name: "sender", type: "address" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
      { internalType: "uint48", name: "untilBlock", type: "uint48" },
    ],
    name: "ReservationLive",
    type: "error",
  },
  {
    inputs: [{ internalType: "address", name: "token", type: "address" }],
    name: "SafeERC20FailedOperation",
    type: "error",
  },
  {
    inputs: [
      { internalType: "address", name: "sender", type: "address" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "UnknownReservation",
    type: "error",
  },
  { inputs: [{ internalType: "uint64", name: "accepted", type: "uint64" }], name: "WrongContribution", type: "error" },
  { inputs: [{ internalType: "uint256", name: "link", type: "uint256" }], name: "WrongPlace", type: "error" },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "sender", type: "address" },
      { indexed: true, internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "DepositBurned",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "sub", type: "uint32" },
      { indexed: true, internalType: "enum IIndexProofs.IndexFault", name: "fault", type: "uint8" },
      { indexed: false, internalType: "address", name: "prover", type: "address" },
    ],
    name: "IndexFaultProven",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "sub", type: "uint32" },
      { indexed: true, internalType: "address", name: "sender", type: "address" },
      { indexed: false, internalType: "bytes32", name: "commitment", type: "bytes32" },
      { indexed: false, internalType: "uint32", name: "number", type: "uint32" },
    ],
    name: "IndexProofReserved",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "sub", type: "uint32" },
      { indexed: true, internalType: "address", name: "sender", type: "address" },
      { indexed: false, internalType: "uint32", name: "number", type: "uint32" },
    ],
    name: "IndexProofRevealed",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "sub", type: "uint32" },
      { indexed: false, internalType: "uint128", name: "reward", type: "uint128" },
      { indexed: false, internalType: "uint48", name: "heldUntil", type: "uint48" },
    ],
    name: "IndexRewardHeld",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "ModelVersion", name: "version", type: "uint64" },
      { indexed: true, internalType: "uint32", name: "sub", type: "uint32" },
      { indexed: true, internalType: "address", name: "prover", type: "address" },
      { indexed: false, internalType: "uint128", name: "reward", type: "uint128" },
    ],
    name: "IndexRewardPaid",
    type: "event",
  },
  {
    inputs: [
      { internalType: "address", name: "sender", type: "address" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "burnDeposit",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "commitProof",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "courtParameters",
    outputs: [
      {
        components: [{ internalType: "uint128", name: "deposit", type: "uint128" }],
        internalType: "struct IReservations.Parameters",
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
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
    ],
    name: "docketOf",
    outputs: [
      {
        components: [
          { internalType: "address", name: "winner", type: "address" },
          { internalType: "uint48", name: "newestAt", type: "uint48" },
          { internalType: "uint48", name: "heldUntil", type: "uint48" },
          { internalType: "uint128", name: "reward", type: "uint128" },
          { internalType: "uint32", name: "count", type: "uint32" },
          { internalType: "uint32", name: "best", type: "uint32" },
        ],
        internalType: "struct IReservations.Docket",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "owed",
    outputs: [
      { internalType: "uint256", name: "deposits", type: "uint256" },
      { internalType: "uint256", name: "rewards", type: "uint256" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
    ],
    name: "payReward",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "record",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "content",
        type: "tuple",
      },
    ],
    name: "proveContent",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "node",
        type: "tuple",
      },
    ],
    name: "proveForm",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "record",
        type: "tuple",
      },
      { internalType: "uint64", name: "accepted", type: "uint64" },
    ],
    name: "proveLayout",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      {
        components: [
          { internalType: "ModelVersion", name: "version", type: "uint64" },
          { internalType: "uint32", name: "sub", type: "uint32" },
        ],
        internalType: "struct IIndexProofs.AccusedIndex",
        name: "accused",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "record",
        type: "tuple",
      },
      {
        components: [
          { internalType: "uint64", name: "key", type: "uint64" },
          { internalType: "uint8", name: "which", type: "uint8" },
          { internalType: "uint128", name: "sum", type: "uint128" },
          { internalType: "bytes", name: "payload", type: "bytes" },
          { internalType: "bytes", name: "preimage", type: "bytes" },
          { internalType: "bytes", name: "opening", type: "bytes" },
        ],
        internalType: "struct Link",
        name: "earlier",
        type: "tuple",
      },
    ],
    name: "proveNovelty",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "address", name: "sender", type: "address" },
      { internalType: "bytes32", name: "commitment", type: "bytes32" },
    ],
    name: "reservationOf",
    outputs: [
      {
        components: [
          { internalType: "uint48", name: "madeAt", type: "uint48" },
          { internalType: "uint48", name: "previousAt", type: "uint48" },
          { internalType: "uint32", name: "number", type: "uint32" },
          {
            components: [
              { internalType: "ModelVersion", name: "version", type: "uint64" },
              { internalType: "uint32", name: "sub", type: "uint32" },
            ],
            internalType: "struct IIndexProofs.AccusedIndex",
            name: "accused",
            type: "tuple",
          },
        ],
        internalType: "struct IIndexProofs.IndexReservation",
        name: "",
        type: "tuple",
      },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "CommitName", name: "name", type: "bytes13" }],
    name: "winnerOf",
    outputs: [
      { internalType: "address", name: "winner", type: "address" },
      { internalType: "uint48", name: "openUntil", type: "uint48" },
    ],
    stateMutability: "view",
    type: "function",
  },
] as const;

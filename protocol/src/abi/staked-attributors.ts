// ABI of contracts/staking/StakedAttributors.sol, written by npm run abis.
export const stakedAttributorsAbi = [
  {
    inputs: [
      { internalType: "contract IOperatorStaking", name: "staking_", type: "address" },
      { internalType: "uint16", name: "quorumBps_", type: "uint16" },
      { internalType: "uint128", name: "leastStake_", type: "uint128" },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  { inputs: [{ internalType: "uint16", name: "quorumBps", type: "uint16" }], name: "QuorumOutOfRange", type: "error" },
  { inputs: [], name: "ZeroLeastStake", type: "error" },
  {
    inputs: [],
    name: "leastStake",
    outputs: [{ internalType: "uint128", name: "", type: "uint128" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "quorum",
    outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "quorumBps",
    outputs: [{ internalType: "uint16", name: "", type: "uint16" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "staking",
    outputs: [{ internalType: "contract IOperatorStaking", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "address", name: "account", type: "address" }],
    name: "weightOf",
    outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
    stateMutability: "view",
    type: "function",
  },
] as const;

// ABI of contracts/staking/AttributorSet.sol, written by npm run abis.
export const attributorSetAbi = [
  {
    inputs: [
      { internalType: "address[]", name: "attributors_", type: "address[]" },
      { internalType: "uint256", name: "quorum_", type: "uint256" },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  {
    inputs: [{ internalType: "address", name: "attributor", type: "address" }],
    name: "DuplicateAttributor",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint256", name: "quorum", type: "uint256" },
      { internalType: "uint256", name: "attributors", type: "uint256" },
    ],
    name: "QuorumOutOfRange",
    type: "error",
  },
  { inputs: [], name: "ZeroAttributor", type: "error" },
  {
    inputs: [],
    name: "attributors",
    outputs: [{ internalType: "address[]", name: "", type: "address[]" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "address", name: "account", type: "address" }],
    name: "isAttributor",
    outputs: [{ internalType: "bool", name: "", type: "bool" }],
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
    inputs: [{ internalType: "address", name: "account", type: "address" }],
    name: "weightOf",
    outputs: [{ internalType: "uint256", name: "", type: "uint256" }],
    stateMutability: "view",
    type: "function",
  },
] as const;

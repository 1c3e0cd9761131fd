// ABI of contracts/payments/TillFactory.sol, written by npm run abis.
export const tillFactoryAbi = [
  {
    inputs: [
      { internalType: "address", name: "implementation_", type: "address" },
      { internalType: "contract IModelRegistry", name: "models", type: "address" },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  { inputs: [], name: "CloneArgumentsTooLong", type: "error" },
  { inputs: [], name: "Create2EmptyBytecode", type: "error" },
  { inputs: [], name: "FailedDeployment", type: "error" },
  {
    inputs: [
      { internalType: "uint256", name: "balance", type: "uint256" },
      { internalType: "uint256", name: "needed", type: "uint256" },
    ],
    name: "InsufficientBalance",
    type: "error",
  },
  { inputs: [{ internalType: "address", name: "till", type: "address" }], name: "TillExists", type: "error" },
  { inputs: [{ internalType: "ModelId", name: "model", type: "uint64" }], name: "UnknownModel", type: "error" },
  { inputs: [], name: "ZeroGateway", type: "error" },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "till", type: "address" },
      { indexed: true, internalType: "ModelId", name: "model", type: "uint64" },
      { indexed: true, internalType: "address", name: "gateway", type: "address" },
    ],
    name: "TillCreated",
    type: "event",
  },
  {
    inputs: [
      { internalType: "ModelId", name: "model", type: "uint64" },
      { internalType: "address", name: "gateway", type: "address" },
    ],
    name: "createTill",
    outputs: [{ internalType: "address", name: "till", type: "address" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "implementation",
    outputs: [{ internalType: "address", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [{ internalType: "address", name: "till", type: "address" }],
    name: "isTill",
    outputs: [{ internalType: "bool", name: "", type: "bool" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "ModelId", name: "model", type: "uint64" },
      { internalType: "address", name: "gateway", type: "address" },
    ],
    name: "tillOf",
    outputs: [
      { internalType: "address", name: "predicted", type: "address" },
      { internalType: "bool", name: "exists", type: "bool" },
    ],
    stateMutability: "view",
    type: "function",
  },
] as const;

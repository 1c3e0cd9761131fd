// ABI of contracts/payments/Permit2DepositCollector.sol, written by npm run abis.
export const permit2DepositCollectorAbi = [
  {
    inputs: [
      { internalType: "address", name: "batchSettlement", type: "address" },
      { internalType: "address", name: "permit2", type: "address" },
    ],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  { inputs: [], name: "InvalidPermit2Address", type: "error" },
  { inputs: [], name: "InvalidX402BatchSettlementAddress", type: "error" },
  { inputs: [], name: "OnlyX402BatchSettlement", type: "error" },
  { inputs: [], name: "Permit2612AmountMismatch", type: "error" },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "token", type: "address" },
      { indexed: true, internalType: "address", name: "owner", type: "address" },
      { indexed: false, internalType: "bytes", name: "data", type: "bytes" },
    ],
    name: "EIP2612PermitFailedWithData",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "token", type: "address" },
      { indexed: true, internalType: "address", name: "owner", type: "address" },
      { indexed: false, internalType: "uint256", name: "errorCode", type: "uint256" },
    ],
    name: "EIP2612PermitFailedWithPanic",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "token", type: "address" },
      { indexed: true, internalType: "address", name: "owner", type: "address" },
      { indexed: false, internalType: "string", name: "reason", type: "string" },
    ],
    name: "EIP2612PermitFailedWithReason",
    type: "event",
  },
  {
    inputs: [],
    name: "DEPOSIT_WITNESS_TYPEHASH",
    outputs: [{ internalType: "bytes32", name: "", type: "bytes32" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "DEPOSIT_WITNESS_TYPE_STRING",
    outputs: [{ internalType: "string", name: "", type: "string" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "PERMIT2",
    outputs: [{ internalType: "contract IPermit2", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "address", name: "payer", type: "address" },
      { internalType: "address", name: "token", type: "address" },
      { internalType: "uint256", name: "amount", type: "uint256" },
      { internalType: "bytes32", name: "channelId", type: "bytes32" },
      { internalType: "bytes", name: "collectorData", type: "bytes" },
    ],
    name: "collect",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [],
    name: "x402BatchSettlement",
    outputs: [{ internalType: "address", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
] as const;

// ABI of contracts/payments/ERC3009DepositCollector.sol, written by npm run abis.
export const erc3009DepositCollectorAbi = [
  {
    inputs: [{ internalType: "address", name: "batchSettlement", type: "address" }],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  { inputs: [], name: "InvalidX402BatchSettlementAddress", type: "error" },
  { inputs: [], name: "OnlyX402BatchSettlement", type: "error" },
  {
    inputs: [{ internalType: "address", name: "token", type: "address" }],
    name: "SafeERC20FailedOperation",
    type: "error",
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

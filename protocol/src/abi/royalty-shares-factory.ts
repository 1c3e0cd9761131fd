// ABI of contracts/royalties/RoyaltySharesFactory.sol, written by npm run abis.
export const royaltySharesFactoryAbi = [
  {
    inputs: [{ internalType: "contract IRoyaltyPositions", name: "positions_", type: "address" }],
    stateMutability: "nonpayable",
    type: "constructor",
  },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "address", name: "caller", type: "address" },
    ],
    name: "NotPositionOwner",
    type: "error",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "PositionId", name: "position", type: "uint64" },
      { indexed: true, internalType: "address", name: "shares", type: "address" },
      { indexed: true, internalType: "address", name: "creator", type: "address" },
      { indexed: false, internalType: "uint128", name: "supply", type: "uint128" },
      { indexed: false, internalType: "contract IRoyaltyVault[]", name: "vaults", type: "address[]" },
    ],
    name: "SharesCreated",
    type: "event",
  },
  {
    inputs: [
      { internalType: "PositionId", name: "position", type: "uint64" },
      { internalType: "uint128", name: "supply", type: "uint128" },
      { internalType: "string", name: "name", type: "string" },
      { internalType: "string", name: "symbol", type: "string" },
      { internalType: "contract IRoyaltyVault[]", name: "vaults", type: "address[]" },
    ],
    name: "createShares",
    outputs: [{ internalType: "contract IRoyaltyShares", name: "shares", type: "address" }],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "address", name: "shares", type: "address" }],
    name: "isShares",
    outputs: [{ internalType: "bool", name: "", type: "bool" }],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [],
    name: "positions",
    outputs: [{ internalType: "contract IRoyaltyPositions", name: "", type: "address" }],
    stateMutability: "view",
    type: "function",
  },
] as const;

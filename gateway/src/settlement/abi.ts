// What settling needs of x402's channel contract.
import { parseAbi } from "viem";

const CHANNEL_CONFIG =
  "struct ChannelConfig { address payer; address payerAuthorizer; address receiver; address receiverAuthorizer; address token; uint40 withdrawDelay; bytes32 salt; }";

export const batchSettlementAbi = parseAbi([
  CHANNEL_CONFIG,
  "struct Voucher { ChannelConfig channel; uint128 maxClaimableAmount; }",
  "struct VoucherClaim { Voucher voucher; bytes signature; uint128 totalClaimed; }",
  "function claimWithSignature(VoucherClaim[] voucherClaims, bytes authorizerSignature)",
  "function settle(address receiver, address token)",
  "function multicall(bytes[] data) returns (bytes[] results)",
  "function channels(bytes32 channelId) view returns (uint128 balance, uint128 totalClaimed)",
  "function pendingWithdrawals(bytes32 channelId) view returns (uint128 amount, uint40 initiatedAt)",
  "function receivers(address receiver, address token) view returns (uint128 totalClaimed, uint128 totalSettled)",
  "event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter)",
  "error InvalidChannel()",
  "error InvalidSignature()",
  "error NotReceiverAuthorizer()",
  "error ClaimExceedsCeiling()",
  "error ClaimExceedsBalance()",
  "error EmptyBatch()",
]);

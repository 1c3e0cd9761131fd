// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ChannelConfig, VoucherClaim} from "../types/Channel.sol";

/// @title Payment channels
/// @notice The EVM binding of x402's `batch-settlement` scheme: a payer deposits once, and pays each call by a signed voucher with a higher ceiling; the receiver claims the
/// last one of many channels in one transaction, and takes what it claimed in another. Typed data, functions, events and errors are those of the scheme's public contract, so
/// that its client, server and facilitator libraries work with either.
/// @dev Vouchers stay off-chain: the contract knows what was claimed, not what was signed. So a receiver claims before a withdrawal that was announced can be taken.
/// It behaves otherwise than the public contract in one thing: a withdrawal pays nothing that was not free from its announcement on. A claim that leaves less than was
/// announced lowers what was announced, to nothing if it leaves nothing; what is deposited afterwards must be announced anew, with the whole delay.
interface IBatchSettlement {
    /// @notice A channel that was empty, and never claimed from, was deposited to.
    event ChannelCreated(bytes32 indexed channelId, ChannelConfig config);
    /// @notice A channel that was never claimed from is empty again.
    event ChannelClosed(bytes32 indexed channelId, ChannelConfig config);
    event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance);
    event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed);
    event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount);
    event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount);
    /// @param finalizeAfter The second from which on it can be taken.
    event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter);
    event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount);

    /// @notice A party of the channel or its token is 0; for a withdrawal: the caller is not on the payer's side.
    error InvalidChannel();
    error ZeroDeposit();
    error DepositOverflow();
    /// @notice A voucher is not signed by the payer's side, or a batch or refund not by the receiver's authorizer.
    error InvalidSignature();
    /// @notice The rows of a signed batch have different receiver's authorizers.
    error NotReceiverAuthorizer();
    error NotAuthorizedToClaim();
    error NotAuthorizedToRefund();
    /// @notice More is claimed than the voucher allows.
    error ClaimExceedsCeiling();
    /// @notice More is claimed than was deposited and not given back.
    error ClaimExceedsBalance();
    error WithdrawalAlreadyPending();
    error WithdrawalNotPending();
    error NotAuthorizedToFinalizeWithdraw();
    error WithdrawDelayNotElapsed();
    /// @notice A withdrawal of 0.
    error NothingToWithdraw();
    error WithdrawAmountExceedsAvailable();
    error WithdrawDelayOutOfRange();
    error EmptyBatch();
    /// @notice The deposit did not arrive in full: the token keeps a part of transfers, or the collector brought another amount.
    error DepositCollectionFailed();
    error InvalidCollector();
    error InvalidRefundNonce();
    error ZeroRefund();

    // --- the payer's side ---

    /// @notice Puts `amount` base units of the channel's token into a channel; anybody may send it. The payer's consent is for the collector to check.
    /// @param collector Brings the tokens. @param collectorData What it needs for that.
    function deposit(
        ChannelConfig calldata config,
        uint128 amount,
        address collector,
        bytes calldata collectorData
    ) external;

    /// @notice Announces that the payer will take back what is not claimed; only the payer or its authorizer. Until `withdrawDelay` has passed every claim goes before.
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external;

    /// @notice Pays the payer what it announced, less what was claimed from it since; only the payer or its authorizer.
    function finalizeWithdraw(ChannelConfig calldata config) external;

    // --- the receiver's side ---

    /// @notice Claims by vouchers; only the receiver or its authorizer of every row. Nothing is paid yet. A row that claims no more than was claimed before changes nothing.
    function claim(VoucherClaim[] calldata voucherClaims) external;

    /// @notice As `claim`, from anybody who has the authorizer's signature over the batch; all rows must have one authorizer.
    function claimWithSignature(VoucherClaim[] calldata voucherClaims, bytes calldata authorizerSignature) external;

    /// @notice Pays a receiver all it claimed of a token and was not paid; anybody may send it. With nothing to pay it does nothing.
    function settle(address receiver, address token) external;

    /// @notice Gives the payer back up to `amount` of what is not claimed; only the receiver or its authorizer. It counts against an announced withdrawal.
    function refund(ChannelConfig calldata config, uint128 amount) external;

    /// @notice As `refund`, from anybody who has the authorizer's signature. @param nonce The present `refundNonce`; any refund uses it up.
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external;

    // --- views ---

    /// @return balance What was deposited and not given back, with what was claimed. @return totalClaimed Never falls.
    function channels(bytes32 channelId) external view returns (uint128 balance, uint128 totalClaimed);

    /// @return amount Announced and not yet taken. @return initiatedAt 0 if nothing is announced.
    function pendingWithdrawals(bytes32 channelId) external view returns (uint128 amount, uint40 initiatedAt);

    function refundNonce(bytes32 channelId) external view returns (uint256);

    /// @notice What a receiver claimed of a token from all its channels, and how much of that it was paid.
    function receivers(
        address receiver,
        address token
    ) external view returns (uint128 totalClaimed, uint128 totalSettled);

    /// @notice The EIP-712 digest of the channel's configuration: another one on every chain and at every address.
    function getChannelId(ChannelConfig calldata config) external view returns (bytes32);

    /// @notice What the payer's side signs.
    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32);

    /// @notice What the receiver's authorizer signs for a refund.
    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) external view returns (bytes32);

    /// @notice What the receiver's authorizer signs for a batch of claims.
    function getClaimBatchDigest(VoucherClaim[] calldata voucherClaims) external view returns (bytes32);
}

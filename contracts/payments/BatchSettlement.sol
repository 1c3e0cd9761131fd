// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IBatchSettlement} from "../interfaces/IBatchSettlement.sol";
import {IDepositCollector} from "../interfaces/IDepositCollector.sol";
import {Channels} from "../libraries/Channels.sol";
import {ChannelConfig, Voucher, VoucherClaim} from "../types/Channel.sol";

/// @notice Payment channels of x402's `batch-settlement` scheme, in which nobody has a right but their parties.
contract BatchSettlement is IBatchSettlement, EIP712, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev `totalClaimed ≤ balance`; the token's holdings of this contract are at least the sum over its channels of `balance`, less what receivers were paid.
    struct ChannelState {
        uint128 balance;
        uint128 totalClaimed;
    }

    /// @dev `amount ≤ balance − totalClaimed` of its channel, and 0 exactly if nothing is pending.
    struct WithdrawalState {
        uint128 amount;
        uint40 initiatedAt;
    }

    struct ReceiverState {
        uint128 totalClaimed;
        uint128 totalSettled;
    }

    uint40 public constant MIN_WITHDRAW_DELAY = 15 minutes;
    uint40 public constant MAX_WITHDRAW_DELAY = 30 days;
    bytes32 public constant CHANNEL_CONFIG_TYPEHASH = Channels.CONFIG_TYPEHASH;
    bytes32 public constant VOUCHER_TYPEHASH = Channels.VOUCHER_TYPEHASH;
    bytes32 public constant REFUND_TYPEHASH = Channels.REFUND_TYPEHASH;
    bytes32 public constant CLAIM_ENTRY_TYPEHASH = Channels.CLAIM_ENTRY_TYPEHASH;
    bytes32 public constant CLAIM_BATCH_TYPEHASH = Channels.CLAIM_BATCH_TYPEHASH;

    /// @inheritdoc IBatchSettlement
    mapping(bytes32 channelId => ChannelState) public channels;
    /// @inheritdoc IBatchSettlement
    mapping(bytes32 channelId => WithdrawalState) public pendingWithdrawals;
    /// @inheritdoc IBatchSettlement
    mapping(bytes32 channelId => uint256) public refundNonce;
    /// @inheritdoc IBatchSettlement
    mapping(address receiver => mapping(address token => ReceiverState)) public receivers;

    constructor() EIP712("x402 Batch Settlement", "1") {}

    // --- the payer's side ---

    /// @inheritdoc IBatchSettlement
    function deposit(
        ChannelConfig calldata config,
        uint128 amount,
        address collector,
        bytes calldata collectorData
    ) external nonReentrant {
        _requireWellFormed(config);
        if (amount == 0) revert ZeroDeposit();
        if (collector == address(0)) revert InvalidCollector();
        bytes32 channelId = getChannelId(config);
        ChannelState storage channel = channels[channelId];
        uint128 before = channel.balance;
        if (amount > type(uint128).max - before) revert DepositOverflow();
        channel.balance = before + amount;
        _collect(config, amount, channelId, collector, collectorData);
        if (before == 0 && channel.totalClaimed == 0) emit ChannelCreated(channelId, config);
        emit Deposited(channelId, msg.sender, amount, before + amount);
    }

    /// @inheritdoc IBatchSettlement
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (!_isPayerSide(config)) revert InvalidChannel();
        if (amount == 0) revert NothingToWithdraw();
        bytes32 channelId = getChannelId(config);
        WithdrawalState storage pending = pendingWithdrawals[channelId];
        if (pending.initiatedAt != 0) revert WithdrawalAlreadyPending();
        if (amount > _free(channels[channelId])) revert WithdrawAmountExceedsAvailable();
        uint40 time = uint40(block.timestamp);
        (pending.amount, pending.initiatedAt) = (amount, time);
        emit WithdrawInitiated(channelId, amount, time + config.withdrawDelay);
    }

    /// @inheritdoc IBatchSettlement
    function finalizeWithdraw(ChannelConfig calldata config) external nonReentrant {
        if (!_isPayerSide(config)) revert NotAuthorizedToFinalizeWithdraw();
        bytes32 channelId = getChannelId(config);
        WithdrawalState memory pending = pendingWithdrawals[channelId];
        if (pending.initiatedAt == 0) revert WithdrawalNotPending();
        if (block.timestamp < pending.initiatedAt + config.withdrawDelay) revert WithdrawDelayNotElapsed();
        delete pendingWithdrawals[channelId];
        ChannelState storage channel = channels[channelId];
        channel.balance -= pending.amount;
        emit WithdrawFinalized(channelId, msg.sender, pending.amount);
        _payBack(config, channelId, channel, pending.amount);
    }

    // --- the receiver's side ---

    /// @inheritdoc IBatchSettlement
    function claim(VoucherClaim[] calldata voucherClaims) external nonReentrant {
        if (voucherClaims.length == 0) revert EmptyBatch();
        for (uint256 i; i < voucherClaims.length; ++i) {
            if (!_isReceiverSide(voucherClaims[i].voucher.channel)) revert NotAuthorizedToClaim();
            _claim(voucherClaims[i]);
        }
    }

    /// @inheritdoc IBatchSettlement
    function claimWithSignature(
        VoucherClaim[] calldata voucherClaims,
        bytes calldata authorizerSignature
    ) external nonReentrant {
        if (voucherClaims.length == 0) revert EmptyBatch();
        address authorizer = voucherClaims[0].voucher.channel.receiverAuthorizer;
        _requireSigned(authorizer, getClaimBatchDigest(voucherClaims), authorizerSignature);
        for (uint256 i; i < voucherClaims.length; ++i) {
            if (voucherClaims[i].voucher.channel.receiverAuthorizer != authorizer) revert NotReceiverAuthorizer();
            _claim(voucherClaims[i]);
        }
    }

    /// @inheritdoc IBatchSettlement
    function settle(address receiver, address token) external nonReentrant {
        ReceiverState storage total = receivers[receiver][token];
        uint128 claimed = total.totalClaimed;
        uint128 amount = claimed - total.totalSettled;
        if (amount == 0) return;
        total.totalSettled = claimed;
        IERC20(token).safeTransfer(receiver, amount);
        emit Settled(receiver, token, msg.sender, amount);
    }

    /// @inheritdoc IBatchSettlement
    function refund(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (!_isReceiverSide(config)) revert NotAuthorizedToRefund();
        _refund(config, getChannelId(config), amount);
    }

    /// @inheritdoc IBatchSettlement
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external nonReentrant {
        bytes32 channelId = getChannelId(config);
        if (nonce != refundNonce[channelId]) revert InvalidRefundNonce();
        bytes32 digest = getRefundDigest(channelId, nonce, amount);
        _requireSigned(config.receiverAuthorizer, digest, receiverAuthorizerSignature);
        _refund(config, channelId, amount);
    }

    // --- views ---

    /// @inheritdoc IBatchSettlement
    function getChannelId(ChannelConfig calldata config) public view returns (bytes32) {
        return _hashTypedDataV4(Channels.hashConfig(config));
    }

    /// @inheritdoc IBatchSettlement
    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) public view returns (bytes32) {
        return _hashTypedDataV4(Channels.hashVoucher(channelId, maxClaimableAmount));
    }

    /// @inheritdoc IBatchSettlement
    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) public view returns (bytes32) {
        return _hashTypedDataV4(Channels.hashRefund(channelId, nonce, amount));
    }

    /// @inheritdoc IBatchSettlement
    function getClaimBatchDigest(VoucherClaim[] calldata voucherClaims) public view returns (bytes32) {
        bytes32[] memory claims = new bytes32[](voucherClaims.length);
        for (uint256 i; i < claims.length; ++i) {
            Voucher calldata voucher = voucherClaims[i].voucher;
            bytes32 channelId = getChannelId(voucher.channel);
            claims[i] = Channels.hashClaim(channelId, voucher.maxClaimableAmount, voucherClaims[i].totalClaimed);
        }
        return _hashTypedDataV4(Channels.hashClaims(claims));
    }

    // --- deposits ---

    function _requireWellFormed(ChannelConfig calldata config) private pure {
        bool isComplete =
            config.payer != address(0) &&
                config.receiver != address(0) &&
                config.receiverAuthorizer != address(0) &&
                config.token != address(0);
        if (!isComplete) revert InvalidChannel();
        uint40 delay = config.withdrawDelay;
        if (delay < MIN_WITHDRAW_DELAY || delay > MAX_WITHDRAW_DELAY) revert WithdrawDelayOutOfRange();
    }

    /// @dev The collector is anybody's contract, so what it says counts nothing: the balance must have grown by exactly the amount.
    function _collect(
        ChannelConfig calldata config,
        uint128 amount,
        bytes32 channelId,
        address collector,
        bytes calldata collectorData
    ) private {
        IERC20 token = IERC20(config.token);
        uint256 before = token.balanceOf(address(this));
        IDepositCollector(collector).collect(config.payer, config.token, amount, channelId, collectorData);
        uint256 present = token.balanceOf(address(this));
        if (present < before || present - before != amount) revert DepositCollectionFailed();
    }

    // --- claims ---

    function _claim(VoucherClaim calldata row) private {
        ChannelConfig calldata config = row.voucher.channel;
        bytes32 channelId = getChannelId(config);
        ChannelState storage channel = channels[channelId];
        (uint128 balance, uint128 claimed) = (channel.balance, channel.totalClaimed);
        uint128 total = row.totalClaimed;
        if (total <= claimed) return;
        if (total > row.voucher.maxClaimableAmount) revert ClaimExceedsCeiling();
        if (total > balance) revert ClaimExceedsBalance();
        _requireVoucher(config, getVoucherDigest(channelId, row.voucher.maxClaimableAmount), row.signature);
        channel.totalClaimed = total;
        receivers[config.receiver][config.token].totalClaimed += total - claimed;
        _lowerWithdrawal(channelId, balance - total);
        emit Claimed(channelId, msg.sender, total - claimed, total);
    }

    /// @dev A key that the channel names signs as a key, whatever code its account has; a payer that signs itself may be a contract.
    function _requireVoucher(ChannelConfig calldata config, bytes32 digest, bytes calldata signature) private view {
        address authorizer = config.payerAuthorizer;
        if (authorizer == address(0)) _requireSigned(config.payer, digest, signature);
        else if (ECDSA.recoverCalldata(digest, signature) != authorizer) revert InvalidSignature();
    }

    function _requireSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert InvalidSignature();
    }

    // --- paying back ---

    function _refund(ChannelConfig calldata config, bytes32 channelId, uint128 amount) private {
        if (amount == 0) revert ZeroRefund();
        ++refundNonce[channelId];
        ChannelState storage channel = channels[channelId];
        uint128 free = _free(channel);
        uint128 paid = amount < free ? amount : free;
        if (paid == 0) return;
        channel.balance -= paid;
        uint128 announced = pendingWithdrawals[channelId].amount;
        _lowerWithdrawal(channelId, announced > paid ? announced - paid : 0);
        emit Refunded(channelId, msg.sender, paid);
        _payBack(config, channelId, channel, paid);
    }

    /// @dev What is announced is never more than what was free ever since.
    function _lowerWithdrawal(bytes32 channelId, uint128 most) private {
        WithdrawalState storage pending = pendingWithdrawals[channelId];
        if (pending.amount <= most) return;
        if (most == 0) delete pendingWithdrawals[channelId];
        else pending.amount = most;
    }

    function _payBack(
        ChannelConfig calldata config,
        bytes32 channelId,
        ChannelState storage channel,
        uint128 amount
    ) private {
        if (channel.balance == 0 && channel.totalClaimed == 0) emit ChannelClosed(channelId, config);
        IERC20(config.token).safeTransfer(config.payer, amount);
    }

    function _free(ChannelState storage channel) private view returns (uint128) {
        return channel.balance - channel.totalClaimed;
    }

    // --- parties ---

    function _isPayerSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.payer || msg.sender == config.payerAuthorizer;
    }

    function _isReceiverSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.receiver || msg.sender == config.receiverAuthorizer;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a payment channel of x402's `batch-settlement` scheme is fixed to for good (docs/formats.md §11).
struct ChannelConfig {
    address payer;
    /// Signs the vouchers with its key; 0 if the payer does, by ERC-1271 where it is a contract.
    address payerAuthorizer;
    /// The till.
    address receiver;
    address receiverAuthorizer;
    address token;
    /// Seconds from announcing a withdrawal to taking it.
    uint40 withdrawDelay;
    bytes32 salt;
}

/// @notice What the payer of a channel allows its receiver to claim, all in all.
struct Voucher {
    ChannelConfig channel;
    uint128 maxClaimableAmount;
}

/// @notice A signed voucher, and how much of it the receiver claims. @param totalClaimed All in all, with everything claimed before.
struct VoucherClaim {
    Voucher voucher;
    bytes signature;
    uint128 totalClaimed;
}

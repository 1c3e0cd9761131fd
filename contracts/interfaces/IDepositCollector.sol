// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A way of bringing a payer's tokens into the channels, of x402's `batch-settlement` scheme.
interface IDepositCollector {
    /// @notice Moves exactly `amount` from `payer` to the caller, or reverts. The payer's consent, in `collectorData`, must name the channel.
    function collect(
        address payer,
        address token,
        uint256 amount,
        bytes32 channelId,
        bytes calldata collectorData
    ) external;
}

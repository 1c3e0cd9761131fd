// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDepositCollector} from "../interfaces/IDepositCollector.sol";

/// @notice What the collectors of deposits have in common: each serves one contract of channels, and nobody else, or consents could be spent elsewhere.
abstract contract DepositCollector is IDepositCollector {
    /// @notice The contract of channels that it serves.
    address public immutable x402BatchSettlement;

    /// @notice `collect` is called by another account than the contract of channels.
    error OnlyX402BatchSettlement();
    error InvalidX402BatchSettlementAddress();

    modifier onlyBatchSettlement() {
        if (msg.sender != x402BatchSettlement) revert OnlyX402BatchSettlement();
        _;
    }

    constructor(address batchSettlement) {
        if (batchSettlement == address(0)) revert InvalidX402BatchSettlementAddress();
        x402BatchSettlement = batchSettlement;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PositionId} from "../types/Ids.sol";
import {IRoyaltyPositions} from "./IRoyaltyPositions.sol";
import {IRoyaltyShares} from "./IRoyaltyShares.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";

/// @notice Locks royalty positions and issues ERC-20 shares of their income.
interface IRoyaltySharesFactory {
    event SharesCreated(
        PositionId indexed position,
        address indexed shares,
        address indexed creator,
        uint128 supply,
        IRoyaltyVault[] vaults
    );

    error NotPositionOwner(PositionId position, address caller);

    /// @notice Takes a position from the caller, who owns it and approved this contract for it, and issues all shares of its income to the caller.
    /// Income that waits in the vaults and their ledgers becomes the shares': claim it first to keep it. A claimer that was appointed for the position loses that right.
    /// @param supply Base units of shares, 1 to 2^128 - 1. The shares have 18 decimals.
    /// @param vaults 1 to 4 vaults of this contract's positions with distinct tokens; fixed for the life of the shares.
    function createShares(
        PositionId position,
        uint128 supply,
        string calldata name,
        string calldata symbol,
        IRoyaltyVault[] calldata vaults
    ) external returns (IRoyaltyShares shares);

    /// @notice Whether this factory made the contract: only then it ever held the position that it names.
    function isShares(address shares) external view returns (bool);

    function positions() external view returns (IRoyaltyPositions);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../interfaces/IRoyaltyShares.sol";
import {IRoyaltySharesFactory} from "../interfaces/IRoyaltySharesFactory.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {PositionId} from "../types/Ids.sol";
import {RoyaltyShares} from "./RoyaltyShares.sol";

/// @notice Makes a contract of shares for a position and moves the position into it.
/// @dev A whole contract, no clone: name, symbol and permit domain are then those of the audited ERC-20 code, and transfers, the frequent case, cost no
/// delegated call.
contract RoyaltySharesFactory is IRoyaltySharesFactory {
    /// @inheritdoc IRoyaltySharesFactory
    IRoyaltyPositions public immutable positions;

    /// @inheritdoc IRoyaltySharesFactory
    mapping(address shares => bool) public isShares;

    constructor(IRoyaltyPositions positions_) {
        positions = positions_;
    }

    /// @inheritdoc IRoyaltySharesFactory
    function createShares(
        PositionId position,
        uint128 supply,
        string calldata name,
        string calldata symbol,
        IRoyaltyVault[] calldata vaults
    ) external returns (IRoyaltyShares shares) {
        uint256 id = PositionId.unwrap(position);
        if (positions.ownerOf(id) != msg.sender) revert NotPositionOwner(position, msg.sender);
        shares = new RoyaltyShares(positions, position, supply, msg.sender, name, symbol, vaults);
        isShares[address(shares)] = true;
        emit SharesCreated(position, address(shares), msg.sender, supply, vaults);
        IERC721(address(positions)).transferFrom(msg.sender, address(shares), id);
    }
}

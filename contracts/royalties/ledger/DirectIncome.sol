// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {PositionId} from "../../types/Ids.sol";
import {Books} from "./Books.sol";

/// @notice What positions earn without attribution: it waits here until a claim through the vault.
abstract contract DirectIncome is Books {
    using SafeERC20 for IERC20;

    /// @param isMarked The vault knows that the position has direct income. Also keeps the word from becoming 0.
    struct Direct {
        uint128 amount;
        bool isMarked;
    }

    mapping(PositionId => Direct) private _direct;

    /// @inheritdoc IRoyaltyLedger
    function accrue(PositionId[] calldata positions, uint128[] calldata amounts) external nonReentrant {
        if (positions.length != amounts.length) revert LengthMismatch(positions.length, amounts.length);
        uint64 existing = _positions.positionCount();
        uint128 before = _accrued;
        uint256 total;
        for (uint256 i; i < positions.length; ++i) {
            uint64 position = PositionId.unwrap(positions[i]);
            if (position == 0 || position > existing) revert UnknownPosition(positions[i]);
            if (amounts[i] == 0) continue;
            total += amounts[i];
            // Before any book is written: no account holds more than all of them do.
            if (total > type(uint128).max - before) revert AccruedTooLarge(before + total);
            _credit(positions[i], msg.sender, amounts[i]);
        }
        _accrued = before + uint128(total);
        _take(msg.sender, total);
    }

    /// @inheritdoc IRoyaltyLedger
    function payAccrued(PositionId position, address recipient) external nonReentrant returns (uint128 amount) {
        if (msg.sender != address(_vault)) revert NotVault(msg.sender);
        amount = accruedOf(position);
        if (amount == 0) return 0;
        _direct[position].amount = 0;
        _accrued -= amount;
        emit AccruedPaid(position, recipient, amount);
        _token.safeTransfer(recipient, amount);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyLedger
    function accruedOf(PositionId position) public view returns (uint128) {
        return _direct[position].amount;
    }

    /// @inheritdoc IRoyaltyLedger
    function treasuryPosition() public pure returns (PositionId) {
        return PositionId.wrap(1);
    }

    // --- internal ---

    /// @dev Moves the pool of income that will never be attributed to the treasury's position.
    function _giveUp(uint128 pool) internal {
        _pools -= pool;
        _accrued += pool;
        _credit(treasuryPosition(), address(this), pool);
    }

    /// @dev Takes direct income of the treasury's position for something else, of which there must be enough.
    function _takeFromTreasury(uint128 amount) internal {
        _accrued -= amount;
        _direct[treasuryPosition()].amount -= amount;
    }

    /// @dev Undoes `_takeFromTreasury`.
    function _returnToTreasury(uint128 amount) internal {
        _accrued += amount;
        _direct[treasuryPosition()].amount += amount;
    }

    /// @param from Who pays: whoever the tokens are taken from, or the ledger itself.
    function _credit(PositionId position, address from, uint128 amount) private {
        Direct memory direct = _direct[position];
        _direct[position] = Direct(direct.amount + amount, true);
        if (!direct.isMarked) _vault.markDirect(position);
        emit Accrued(position, from, amount);
    }
}

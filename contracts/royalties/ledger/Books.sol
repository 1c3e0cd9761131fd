// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {Accounts} from "../../libraries/Accounts.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {PositionId} from "../../types/Ids.sol";

/// @notice The part of the ledger that every other part uses: whose money it holds, and the token.
/// @dev At all times `_pools + _bonds + _payouts + _accrued` is what the ledger was sent and has not paid out.
abstract contract Books is IRoyaltyLedger, ReentrancyGuardTransient {
    using Accounts for Accounts.Book;
    using TokenIntake for IERC20;

    IERC20 internal immutable _token;
    IRoyaltyPositions internal immutable _positions;

    /// @dev The last finalised payouts root is (hash, sum). Its sum shares a word with what is finalised and unclaimed, so that a claim reads two
    /// words of it and writes one.
    bytes32 internal _payoutsHash;
    uint128 internal _payoutsSum;
    /// @dev Finalised and unclaimed. Claims are taken from it, so that even a false root cannot reach anything else.
    uint128 internal _payouts;
    /// @dev Data shares that no finalised payouts root covers yet.
    uint128 internal _pools;
    uint128 internal _bonds;
    uint128 internal _accrued;
    Accounts.Book internal _accounts;

    constructor(IERC20 token_, IRoyaltyPositions positions) {
        _token = token_;
        _positions = positions;
    }

    /// @inheritdoc IRoyaltyLedger
    function owed() external view returns (uint256 pools, uint256 payouts, uint256 accrued, uint256 bonds) {
        return (_pools, _payouts, _accrued, _bonds);
    }

    /// @inheritdoc IRoyaltyLedger
    function treasuryPosition() public pure returns (PositionId) {
        return PositionId.wrap(1);
    }

    /// @dev Interaction: comes after all effects. A token whose balances shrink by themselves is found out here, before it takes in more.
    function _take(address from, uint256 amount) internal {
        uint256 received = _token.take(from, amount);
        if (received != amount) revert AmountMismatch(amount, received);
        uint256 balance = _token.balanceOf(address(this));
        uint256 total = uint256(_pools) + _bonds + _payouts + _accrued;
        if (balance < total) revert BooksNotCovered(balance, total);
    }

    /// @param from Who pays: whoever the tokens are taken from, or the ledger itself.
    function _credit(PositionId position, address from, uint128 amount) internal {
        _accounts.credit(position, amount);
        emit Accrued(position, from, amount);
    }

    /// @dev Moves the pool of income that will never be attributed to the treasury's position.
    function _giveUp(uint128 pool) internal {
        _pools -= pool;
        _accrued += pool;
        _credit(treasuryPosition(), address(this), pool);
    }
}

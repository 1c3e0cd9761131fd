// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {PositionId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";

/// @notice The part of the ledger that every other part uses: whose money it holds, and the token.
/// @dev At all times `_pools + _bonds + _payouts + _accrued` is what the ledger was sent and has not paid out.
abstract contract Books is IRoyaltyLedger, ReentrancyGuardTransient {
    using TokenIntake for IERC20;

    /// @dev One slot, so that a claim writes one word per position.
    struct Account {
        /// @dev Attributed income paid so far, of the cumulative amount in the payouts tree.
        uint128 claimed;
        /// @dev Direct income not yet paid.
        uint128 accrued;
    }

    IERC20 internal immutable _token;
    IRoyaltyPositions internal immutable _positions;

    /// @dev Data shares that no finalised payouts root covers yet.
    uint128 internal _pools;
    uint128 internal _bonds;
    /// @dev Finalised and unclaimed. Claims are taken from it, so that even a false root cannot reach anything else.
    uint128 internal _payouts;
    uint128 internal _accrued;
    /// @dev The last finalised payouts root.
    Root internal _payoutsRoot;
    mapping(PositionId => Account) internal _accounts;

    constructor(IERC20 token_, IRoyaltyPositions positions) {
        _token = token_;
        _positions = positions;
    }

    /// @dev Interaction: comes after all effects.
    function _take(address from, uint256 amount) internal {
        uint256 received = _token.take(from, amount);
        if (received != amount) revert AmountMismatch(amount, received);
    }

    /// @param from Who pays: whoever the tokens are taken from, or the ledger itself.
    function _credit(PositionId position, address from, uint128 amount) internal {
        _accounts[position].accrued += amount;
        emit Accrued(position, from, amount);
    }

    /// @dev Moves the pool of income that will never be attributed to the treasury's position.
    function _giveUp(uint128 pool) internal {
        _pools -= pool;
        _accrued += pool;
        _credit(treasuryPosition(), address(this), pool);
    }

    /// @inheritdoc IRoyaltyLedger
    function treasuryPosition() public pure returns (PositionId) {
        return PositionId.wrap(1);
    }
}

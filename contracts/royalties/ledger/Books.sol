// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../interfaces/IRoyaltyVault.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";

/// @notice The part of the ledger that every other part uses: whose money it holds, and the token.
/// @dev At all times `_pools + _bonds + _accrued` is what the ledger was sent and has not paid out; finalised pools are paid out to the vault.
abstract contract Books is IRoyaltyLedger, ReentrancyGuardTransient {
    using TokenIntake for IERC20;

    IRoyaltyVault internal immutable _vault;
    IERC20 internal immutable _token;
    IRoyaltyPositions internal immutable _positions;

    /// @dev Data shares that no finalised payouts root covers yet.
    uint128 internal _pools;
    uint128 internal _bonds;
    uint128 internal _accrued;

    /// @dev The vault says which token and which positions, so that the two cannot differ.
    constructor(IRoyaltyVault vault_) {
        _vault = vault_;
        _token = IERC20(vault_.token());
        _positions = IRoyaltyPositions(vault_.positions());
    }

    /// @inheritdoc IRoyaltyLedger
    function owed() external view returns (uint256 pools, uint256 accrued, uint256 bonds) {
        return (_pools, _accrued, _bonds);
    }

    /// @dev Interaction: comes after all effects. A token whose balances shrink by themselves is found out here, before it takes in more.
    function _take(address from, uint256 amount) internal {
        uint256 received = _token.take(from, amount);
        if (received != amount) revert AmountMismatch(amount, received);
        uint256 balance = _token.balanceOf(address(this));
        uint256 total = uint256(_pools) + _bonds + _accrued;
        if (balance < total) revert BooksNotCovered(balance, total);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Accounts} from "../../../contracts/libraries/Accounts.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";

/// @notice Packed accounts beside plain ones (Accounts.tree).
contract AccountsTest is Test {
    using Accounts for Accounts.Book;

    uint64 private constant POSITIONS = 7;
    uint128 private constant LANE = (1 << 85) - 1;

    Accounts.Book private _book;
    mapping(uint64 position => Accounts.Account) private _plain;

    /// @dev Every step on a packed account does what it does on a plain one, and touches no other position.
    function testFuzz_Settle_AgreesWithPlainAccounts(uint256[24] calldata steps) public {
        for (uint256 i; i < steps.length; ++i) {
            uint64 position = uint64(steps[i] % POSITIONS);
            uint128 amount = _amount(steps[i] >> 16);
            uint256 what = (steps[i] >> 8) % 4;
            if (what == 0) _credit(position, amount);
            else if (what == 1) _debit(position, amount);
            else if (what == 2) _settle(position, amount);
            else _settleAccrued(position);
            for (uint64 p; p < POSITIONS; ++p) _assertSame(p);
        }
    }

    function test_Settle_RevertsBelowClaimed() public {
        PositionId position = PositionId.wrap(4);
        _book.settle(position, 9);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.CumulativeBelowClaimed.selector, position, 8, 9));
        this.settle(position, 8);
        _book.credit(position, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.CumulativeBelowClaimed.selector, position, 8, 9));
        this.settle(position, 8);
    }

    function settle(PositionId position, uint128 cumulative) external {
        _book.settle(position, cumulative);
    }

    function _credit(uint64 position, uint128 amount) private {
        amount >>= 8;
        _book.credit(PositionId.wrap(position), amount);
        _plain[position].accrued += amount;
    }

    function _debit(uint64 position, uint128 amount) private {
        if (amount > _plain[position].accrued) return;
        _book.debit(PositionId.wrap(position), amount);
        _plain[position].accrued -= amount;
    }

    function _settle(uint64 position, uint128 cumulative) private {
        uint128 before = _plain[position].claimed;
        if (cumulative < before) cumulative = before;
        (uint128 attributed, uint128 accrued) = _book.settle(PositionId.wrap(position), cumulative);
        assertEq(attributed, cumulative - before);
        assertEq(accrued, _plain[position].accrued);
        _plain[position] = Accounts.Account(cumulative, 0);
    }

    function _settleAccrued(uint64 position) private {
        assertEq(_book.settleAccrued(PositionId.wrap(position)), _plain[position].accrued);
        _plain[position].accrued = 0;
    }

    function _assertSame(uint64 position) private view {
        (uint128 claimed, uint128 accrued) = _book.read(PositionId.wrap(position));
        assertEq(claimed, _plain[position].claimed);
        assertEq(accrued, _plain[position].accrued);
    }

    /// @dev Small, around a lane's width, or large.
    function _amount(uint256 random) private pure returns (uint128) {
        uint256 kind = random % 4;
        uint128 value = uint128(random >> 8);
        if (kind == 0) return value % 1_000;
        if (kind == 1) return LANE - 2 + (value % 5);
        if (kind == 2) return value % LANE;
        return value;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {ChannelsWorld} from "./ChannelsWorld.sol";

/// @notice Stands here for the runner, which looks for what it drives in the files of tests.
contract ChannelsHandler is ChannelsWorld {}

/// @notice What holds of payment channels, whatever their parties do.
contract BatchSettlementInvariants is Test {
    ChannelsHandler private _world;

    function setUp() public {
        _world = new ChannelsHandler();
        bytes4[] memory actions = new bytes4[](7);
        actions[0] = ChannelsWorld.deposit.selector;
        actions[1] = ChannelsWorld.claim.selector;
        actions[2] = ChannelsWorld.settle.selector;
        actions[3] = ChannelsWorld.refund.selector;
        actions[4] = ChannelsWorld.initiateWithdraw.selector;
        actions[5] = ChannelsWorld.finalizeWithdraw.selector;
        actions[6] = ChannelsWorld.pass.selector;
        targetContract(address(_world));
        targetSelector(FuzzSelector({addr: address(_world), selectors: actions}));
    }

    /// @dev A fixed sequence: each action does its work at least once.
    function test_EveryActionDoesItsWork() public {
        _world.deposit(0, 999);
        _world.claim(0, 400, 300, false);
        _world.settle(0);
        _world.refund(0, 99, false);
        _world.initiateWithdraw(0, 500);
        _world.pass(3600);
        _world.finalizeWithdraw(0);
        assertEq(_world.claims(), 1);
        assertEq(_world.withdrawals(), 1);
        (uint128 balance, uint128 total) = _world.settlement().channels(_world.ids(0));
        assertEq(total, 300);
        assertEq(balance, _world.deposited(0) - 99 - 500);
        assertEq(_world.token().balanceOf(_world.receivers(0)), 300);
    }

    /// @notice Every unit that went in is in a channel's balance, or went back to its payer.
    function invariant_ChannelsAddUp() public view {
        for (uint256 i; i < _world.CHANNELS(); ++i) {
            (uint128 balance, ) = _world.settlement().channels(_world.ids(i));
            assertEq(balance, _world.deposited(i) - _world.paidBack(i));
        }
    }

    /// @notice The contract holds exactly the channels' balances, less what receivers were paid.
    function invariant_HoldsWhatItOwes() public view {
        uint256 owed;
        uint256 claimed;
        uint256 booked;
        uint256 settled;
        for (uint256 i; i < _world.CHANNELS(); ++i) {
            (uint128 balance, uint128 total) = _world.settlement().channels(_world.ids(i));
            owed += balance;
            claimed += total;
        }
        for (uint256 i; i < 2; ++i) {
            address receiver = _world.receivers(i);
            (uint128 total, uint128 paid) = _world.settlement().receivers(receiver, address(_world.token()));
            assertEq(_world.token().balanceOf(receiver), paid);
            booked += total;
            settled += paid;
        }
        assertEq(booked, claimed);
        assertEq(_world.token().balanceOf(address(_world.settlement())), owed - settled);
    }

    /// @notice What was claimed never falls, and was signed for and deposited.
    function invariant_ClaimsAreCovered() public view {
        assertFalse(_world.hasFallen());
        for (uint256 i; i < _world.CHANNELS(); ++i) {
            (uint128 balance, uint128 total) = _world.settlement().channels(_world.ids(i));
            assertLe(total, _world.signed(i));
            assertLe(total, balance);
        }
    }

    /// @notice A withdrawal takes nothing that was not free since it was announced, a delay ago.
    function invariant_WithdrawalsWereAnnounced() public view {
        assertFalse(_world.wasTakenWithoutNotice());
        for (uint256 i; i < _world.CHANNELS(); ++i) {
            (uint128 balance, uint128 total) = _world.settlement().channels(_world.ids(i));
            (uint128 amount, uint40 since) = _world.settlement().pendingWithdrawals(_world.ids(i));
            assertLe(amount, balance - total);
            assertEq(amount == 0, since == 0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {TrickyToken} from "../support/TrickyToken.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice What payers take back by themselves: after the delay, and nothing that was claimed until then.
contract BatchSettlementWithdrawTest is ChannelsFixture {
    function setUp() public override {
        super.setUp();
        _deposit(_config, DEPOSIT);
    }

    function _initiate(uint128 amount) private {
        vm.prank(_payer);
        _settlement.initiateWithdraw(_config, amount);
    }

    function _finalize() private {
        vm.prank(_payer);
        _settlement.finalizeWithdraw(_config);
    }

    function test_InitiateWithdraw_RevertsForOthers() public {
        address[2] memory others = [_receiver, _authorizer];
        for (uint256 i; i < 2; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(IBatchSettlement.InvalidChannel.selector);
            _settlement.initiateWithdraw(_config, 1);
        }
    }

    function test_InitiateWithdraw_RevertsForNothing() public {
        vm.expectRevert(IBatchSettlement.NothingToWithdraw.selector);
        _initiate(0);
    }

    function test_InitiateWithdraw_RevertsWhileOneIsPending() public {
        _initiate(1);
        vm.expectRevert(IBatchSettlement.WithdrawalAlreadyPending.selector);
        _initiate(1);
    }

    function test_InitiateWithdraw_RevertsForMoreThanIsFree() public {
        _claimed(300);
        vm.expectRevert(IBatchSettlement.WithdrawAmountExceedsAvailable.selector);
        _initiate(DEPOSIT - 299);
        _initiate(DEPOSIT - 300);
    }

    function test_InitiateWithdraw_Announces() public {
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.WithdrawInitiated(_id, 400, uint40(NOW) + DELAY);
        _initiate(400);
        _assertPending(400, NOW);
        _assertChannel(DEPOSIT, 0);
    }

    function test_InitiateWithdraw_TakesTheNamedKey() public {
        _config.payerAuthorizer = _stranger;
        _deposit(_config, DEPOSIT);
        vm.prank(_stranger);
        _settlement.initiateWithdraw(_config, 1);
        vm.warp(NOW + DELAY);
        uint256 before = _token.balanceOf(_payer);
        vm.prank(_stranger);
        _settlement.finalizeWithdraw(_config);
        assertEq(_token.balanceOf(_payer), before + 1);
    }

    function test_FinalizeWithdraw_RevertsForOthers() public {
        _initiate(1);
        vm.warp(NOW + DELAY);
        vm.prank(_receiver);
        vm.expectRevert(IBatchSettlement.NotAuthorizedToFinalizeWithdraw.selector);
        _settlement.finalizeWithdraw(_config);
    }

    function test_FinalizeWithdraw_RevertsWithoutAnnouncement() public {
        vm.expectRevert(IBatchSettlement.WithdrawalNotPending.selector);
        _finalize();
    }

    function test_FinalizeWithdraw_RevertsWithinTheDelay() public {
        _initiate(1);
        vm.warp(NOW + DELAY - 1);
        vm.expectRevert(IBatchSettlement.WithdrawDelayNotElapsed.selector);
        _finalize();
        vm.warp(NOW + DELAY);
        _finalize();
    }

    function test_FinalizeWithdraw_RevertsWhileThePayerCannotBePaid() public {
        _initiate(1);
        vm.warp(NOW + DELAY);
        _token.refuse(_payer, true);
        vm.expectRevert(abi.encodeWithSelector(TrickyToken.Refused.selector, _payer));
        _finalize();
        _assertPending(1, NOW);
    }

    function test_FinalizeWithdraw_RefusesReentry() public {
        _initiate(1);
        vm.warp(NOW + DELAY);
        _token.arm(address(_settlement), abi.encodeCall(IBatchSettlement.finalizeWithdraw, (_config)));
        _finalize();
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_FinalizeWithdraw_PaysWhatWasAnnouncedOnce() public {
        uint256 before = _token.balanceOf(_payer);
        _initiate(400);
        vm.warp(NOW + DELAY);
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.WithdrawFinalized(_id, _payer, 400);
        _finalize();
        assertEq(_token.balanceOf(_payer), before + 400);
        _assertChannel(DEPOSIT - 400, 0);
        _assertPending(0, 0);
        vm.expectRevert(IBatchSettlement.WithdrawalNotPending.selector);
        _finalize();
    }

    function test_FinalizeWithdraw_ClosesAnEmptyChannel() public {
        _initiate(DEPOSIT);
        vm.warp(NOW + DELAY);
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.ChannelClosed(_id, _config);
        _finalize();
    }

    function test_FinalizeWithdraw_LeavesWhatWasClaimedToTheLastSecond() public {
        _initiate(DEPOSIT);
        vm.warp(NOW + DELAY);
        _claimed(300);
        _assertPending(DEPOSIT - 300, NOW);
        uint256 before = _token.balanceOf(_payer);
        _finalize();
        assertEq(_token.balanceOf(_payer), before + DEPOSIT - 300);
        _assertChannel(300, 300);
        _settlement.settle(_receiver, address(_token));
        assertEq(_token.balanceOf(_receiver), 300);
    }

    function test_FinalizeWithdraw_RevertsWhereAllWasClaimed() public {
        _initiate(400);
        _claimed(DEPOSIT);
        _assertPending(0, 0);
        vm.warp(NOW + DELAY);
        vm.expectRevert(IBatchSettlement.WithdrawalNotPending.selector);
        _finalize();
    }

    /// @dev The public contract would pay what came in a moment ago, without any notice.
    function test_FinalizeWithdraw_PaysNothingOfWhatWasDepositedAfterClaims() public {
        _initiate(DEPOSIT);
        vm.warp(NOW + DELAY);
        _claimed(DEPOSIT - 100);
        _deposit(_config, 500);
        uint256 before = _token.balanceOf(_payer);
        _finalize();
        assertEq(_token.balanceOf(_payer), before + 100);
        _claimed(DEPOSIT - 100 + 500);
    }

    function testFuzz_FinalizeWithdraw_PaysWhatWasFreeAllTheTime(
        uint128 announced,
        uint128 claimed,
        uint128 added
    ) public {
        announced = uint128(bound(announced, 1, DEPOSIT));
        claimed = uint128(bound(claimed, 0, DEPOSIT));
        added = uint128(bound(added, 1, 1e15));
        _initiate(announced);
        _claimed(claimed);
        _deposit(_config, added);
        vm.warp(NOW + DELAY);
        uint128 free = DEPOSIT - claimed;
        uint128 due = announced < free ? announced : free;
        uint256 before = _token.balanceOf(_payer);
        if (due == 0) vm.expectRevert(IBatchSettlement.WithdrawalNotPending.selector);
        _finalize();
        assertEq(_token.balanceOf(_payer), before + due);
        _assertChannel(DEPOSIT + added - due, claimed);
    }
}

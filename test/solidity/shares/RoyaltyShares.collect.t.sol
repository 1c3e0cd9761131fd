// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Claiming and counting income, as RoyaltyShares.collect.tree plans.
contract RoyaltySharesCollectTest is SharesFixture {
    function setUp() public {
        IERC20[] memory tokens = new IERC20[](2);
        for (uint256 i; i < 2; ++i) tokens[i] = new PlainToken();
        _prepare(tokens);
        _create(SUPPLY);
    }

    function test_Collect_RevertsForUnknownVault() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.UnknownVault.selector, 2));
        _collect(2);
    }

    function test_Collect_RevertsForOtherPosition() public {
        PositionId other = PositionId.wrap(1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.WrongPosition.selector, other, POSITION));
        _shares.collect(0, _accruedOnly(other));
    }

    function test_Collect_RevertsAfterRedemption() public {
        _redeem(_alice, _alice);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.AlreadyRedeemed.selector));
        _collect(0);
    }

    function test_Collect_RevertsWithVault() public {
        IRoyaltyVault.Claim memory claim = _accruedOnly(POSITION);
        claim.opening = hex"1c00000000";
        claim.cumulative = 1;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.InvalidClaim.selector, POSITION));
        _shares.collect(0, claim);
    }

    function test_Collect_CountsNothing() public {
        vm.recordLogs();
        assertEq(_collect(0), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(_streamOf(0).received, 0);
    }

    function test_Collect_CountsClaim() public {
        _earn(0, 70);
        _earn(1, 9);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.IncomeCounted(address(_tokens[0]), 70);
        vm.prank(_carol);
        assertEq(_collect(0), 70);
        assertEq(_incomeOf(_alice, 0), 70);
        assertEq(_incomeOf(_alice, 1), 0);
        assertEq(_streamOf(0).received, 70);
        assertEq(_streamOf(0).paid, 0);
    }

    function test_Collect_CountsEarlierClaims() public {
        _earn(0, 40);
        _claimDirectly(0);
        assertEq(_incomeOf(_alice, 0), 40);
        _earn(0, 2);
        assertEq(_collect(0), 42);
        assertEq(_incomeOf(_alice, 0), 42);
    }

    function test_Collect_CountsDonations() public {
        _tokens[0].transfer(address(_shares), 5);
        assertEq(_collect(0), 5);
        assertEq(_collect(0), 0);
        assertEq(_incomeOf(_alice, 0), 5);
    }

    function test_Collect_KeepsFractions() public {
        // Bob's third of each unit is never a whole one, and still he gets a third of them all.
        _send(_alice, _bob, 333);
        for (uint256 i; i < 1_000; ++i) _earnAndCollect(0, 1);
        assertEq(_incomeOf(_bob, 0), 333);
        assertEq(_incomeOf(_alice, 0), 667);
    }

    function test_Collect_StopsAtMost() public {
        uint128 most = type(uint128).max;
        _tokens[0].transfer(address(_shares), most);
        assertEq(_collect(0), most);
        vm.prank(_alice);
        _shares.claimIncomeTo(address(this));
        _tokens[0].transfer(address(_shares), 7);
        assertEq(_collect(0), 0);
        _send(_alice, _bob, SUPPLY);
        assertEq(_incomeOf(_alice, 0), 0);
        assertEq(_incomeOf(_bob, 0), 0);
        assertEq(_streamOf(0).received, most);
        assertEq(_streamOf(0).paid, most);
    }
}

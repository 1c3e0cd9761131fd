// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {PlainToken, ReentrantToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice What the shares say about themselves, as RoyaltyShares.views.tree plans.
contract RoyaltySharesViewsTest is SharesFixture {
    ReentrantToken private _reentrant;

    function setUp() public {
        _reentrant = new ReentrantToken();
        IERC20[] memory tokens = new IERC20[](2);
        tokens[0] = new PlainToken();
        tokens[1] = _reentrant;
        _prepare(tokens);
        _create(SUPPLY);
    }

    function test_IncomeOf_RevertsForUnknownToken() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.UnknownToken.selector, _bob));
        _shares.incomeOf(_alice, _bob);
    }

    function testFuzz_IncomeOf_IsWhatIsPaid(uint96 counted, uint96 arrived, uint256 value) public {
        _send(_alice, _bob, _bound(value, 0, SUPPLY));
        _earnAndCollect(0, counted);
        _tokens[0].transfer(address(_shares), arrived);
        uint128 stated = _incomeOf(_bob, 0);
        assertEq(_shares.claimIncome(_bob)[0], stated);
        assertEq(_tokens[0].balanceOf(_bob), stated);
        assertEq(stated, ((uint256(counted) + arrived) * _shares.balanceOf(_bob)) / SUPPLY);
    }

    function test_IncomeOf_RevertsWhilePaying() public {
        _earnAndCollect(1, 10);
        bytes memory call = abi.encodeCall(IRoyaltyShares.incomeOf, (_alice, address(_reentrant)));
        _reentrant.arm(address(_shares), call, true);
        assertEq(_shares.claimIncome(_alice)[1], 10);
        assertTrue(_reentrant.wasRefused());
        assertEq(_reentrant.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_StreamOf_RevertsForUnknownToken() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.UnknownToken.selector, _bob));
        _shares.streamOf(_bob);
    }

    function test_StreamOf_TellsCountedAndPaid() public {
        _send(_alice, _bob, 400);
        _earnAndCollect(0, 10);
        _shares.claimIncome(_bob);
        IRoyaltyShares.Stream memory stream = _streamOf(0);
        assertEq(address(stream.token), address(_tokens[0]));
        assertEq(stream.received, 10);
        assertEq(stream.paid, 4);
    }

    function test_Vaults() public view {
        assertEq(_shares.vaults().length, 2);
        for (uint256 i; i < 2; ++i) assertEq(address(_shares.vaults()[i]), address(_vaults[i]));
    }
}

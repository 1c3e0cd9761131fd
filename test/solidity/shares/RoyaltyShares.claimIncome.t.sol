// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {FaultyToken, PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Payments to holders, as RoyaltyShares.claimIncome.tree plans.
contract RoyaltySharesClaimIncomeTest is SharesFixture {
    FaultyToken private _faulty;

    function setUp() public {
        _faulty = new FaultyToken();
        IERC20[] memory tokens = new IERC20[](3);
        tokens[0] = new PlainToken();
        tokens[1] = _faulty;
        tokens[2] = new PlainToken();
        _prepare(tokens);
        _create(SUPPLY);
    }

    function test_ClaimIncome_PaysNothing() public {
        vm.recordLogs();
        uint128[] memory amounts = _shares.claimIncome(_bob);
        assertEq(amounts.length, 3);
        assertEq(amounts[0] + amounts[1] + amounts[2], 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_ClaimIncome_KeepsFraction() public {
        _send(_alice, _bob, 300);
        _earnAndCollect(0, 3);
        assertEq(_shares.claimIncome(_bob)[0], 0);
        _earnAndCollect(0, 1);
        assertEq(_shares.claimIncome(_bob)[0], 1);
        _earnAndCollect(0, 6);
        assertEq(_shares.claimIncome(_bob)[0], 2);
        assertEq(_shares.claimIncome(_alice)[0], 7);
        assertEq(_streamOf(0).paid, 10);
    }

    function test_ClaimIncome_PaysEveryToken() public {
        for (uint128 i; i < 3; ++i) _earnAndCollect(i, 10 + i);
        for (uint128 i; i < 3; ++i) {
            vm.expectEmit(address(_shares));
            emit IRoyaltyShares.IncomePaid(_alice, address(_tokens[i]), _alice, 10 + i);
        }
        vm.prank(_carol);
        uint128[] memory amounts = _shares.claimIncome(_alice);
        for (uint256 i; i < 3; ++i) {
            assertEq(amounts[i], 10 + i);
            assertEq(_tokens[i].balanceOf(_alice), 10 + i);
            assertEq(_incomeOf(_alice, i), 0);
        }
    }

    function test_ClaimIncome_CountsFirst() public {
        _earn(2, 20);
        _claimDirectly(2);
        assertEq(_shares.claimIncome(_alice)[2], 20);
    }

    function test_ClaimIncome_PaysOnce() public {
        _earnAndCollect(0, 100);
        assertEq(_shares.claimIncome(_alice)[0], 100);
        assertEq(_shares.claimIncome(_alice)[0], 0);
        _send(_alice, _bob, SUPPLY);
        assertEq(_shares.claimIncome(_bob)[0], 0);
        _send(_bob, _alice, SUPPLY);
        assertEq(_shares.claimIncome(_alice)[0], 0);
        assertEq(_tokens[0].balanceOf(address(_shares)), 0);
    }

    function test_ClaimIncome_PaysFormerHolder() public {
        _earnAndCollect(0, 100);
        _send(_alice, _bob, SUPPLY);
        _earnAndCollect(0, 1);
        assertEq(_shares.claimIncome(_alice)[0], 100);
        assertEq(_shares.claimIncome(_bob)[0], 1);
    }

    function test_ClaimIncome_PaysOthersWhereOneFails() public {
        for (uint128 i; i < 3; ++i) _earnAndCollect(i, 10);
        _faulty.refuse(_alice, true);
        uint128[] memory amounts = _shares.claimIncome(_alice);
        assertEq(amounts[0], 10);
        assertEq(amounts[1], 0);
        assertEq(amounts[2], 10);
        assertEq(_incomeOf(_alice, 1), 10);
        assertEq(_streamOf(1).paid, 0);
        _faulty.refuse(_alice, false);
        assertEq(_shares.claimIncome(_alice)[1], 10);
        assertEq(_incomeOf(_alice, 1), 0);
    }

    function test_ClaimIncome_KeepsOwedWhereTokenSaysNo() public {
        _earnAndCollect(0, 10);
        bytes memory order = abi.encodeCall(IERC20.transfer, (_alice, 10));
        bytes[3] memory refusals = [abi.encode(false), abi.encode(uint256(2)), bytes(hex"01")];
        for (uint256 i; i < refusals.length; ++i) {
            vm.mockCall(address(_tokens[0]), order, refusals[i]);
            assertEq(_shares.claimIncome(_alice)[0], 0);
            assertEq(_incomeOf(_alice, 0), 10);
        }
    }

    function test_ClaimIncome_PaysTokenWithoutAnswer() public {
        _earnAndCollect(0, 10);
        vm.mockCall(address(_tokens[0]), abi.encodeCall(IERC20.transfer, (_alice, 10)), "");
        assertEq(_shares.claimIncome(_alice)[0], 10);
        assertEq(_streamOf(0).paid, 10);
    }

    function test_ClaimIncome_KeepsOwedWhereTokenIsGone() public {
        _earnAndCollect(0, 10);
        bytes memory code = address(_tokens[0]).code;
        vm.etch(address(_tokens[0]), "");
        assertEq(_shares.claimIncome(_alice)[0], 0);
        vm.etch(address(_tokens[0]), code);
        assertEq(_shares.claimIncome(_alice)[0], 10);
    }

    function test_ClaimIncome_PaysAfterRedemption() public {
        _send(_alice, _bob, 400);
        _earnAndCollect(0, 100);
        _send(_bob, _alice, 400);
        _redeem(_alice, _carol);
        assertEq(_incomeOf(_bob, 0), 40);
        assertEq(_shares.claimIncome(_bob)[0], 40);
        assertEq(_shares.claimIncome(_alice)[0], 60);
    }

    function test_ClaimIncomeTo_RevertsToZero() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.InvalidRecipient.selector, address(0)));
        vm.prank(_alice);
        _shares.claimIncomeTo(address(0));
    }

    function test_ClaimIncomeTo_RevertsToItself() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.InvalidRecipient.selector, address(_shares)));
        vm.prank(_alice);
        _shares.claimIncomeTo(address(_shares));
    }

    function test_ClaimIncomeTo_PaysRecipient() public {
        _earnAndCollect(1, 10);
        _faulty.refuse(_alice, true);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.IncomePaid(_alice, address(_faulty), _carol, 10);
        vm.prank(_alice);
        assertEq(_shares.claimIncomeTo(_carol)[1], 10);
        assertEq(_faulty.balanceOf(_carol), 10);
        vm.prank(_bob);
        assertEq(_shares.claimIncomeTo(_carol)[1], 0);
    }
}

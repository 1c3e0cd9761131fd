// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {DoubleEntryToken, PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Redemption of the position, as RoyaltyShares.redeem.tree plans.
contract RoyaltySharesRedeemTest is SharesFixture {
    uint256 private constant ID = PositionId.unwrap(POSITION);

    DoubleEntryToken private _double;

    function setUp() public {
        _double = new DoubleEntryToken();
        IERC20[] memory tokens = new IERC20[](2);
        tokens[0] = new PlainToken();
        tokens[1] = _double;
        _prepare(tokens);
        _create(SUPPLY);
    }

    function test_Redeem_RevertsForPart() public {
        _send(_alice, _bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.NotWholeSupply.selector, SUPPLY - 1, SUPPLY));
        _redeem(_alice, _alice);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.NotWholeSupply.selector, 0, SUPPLY));
        _redeem(_carol, _carol);
    }

    function test_Redeem_RevertsTwice() public {
        _redeem(_alice, _alice);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.AlreadyRedeemed.selector));
        _redeem(_alice, _alice);
    }

    function test_Redeem_RevertsToItself() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.InvalidRecipient.selector, address(_shares)));
        _redeem(_alice, address(_shares));
    }

    function test_Redeem_RevertsToZero() public {
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        _redeem(_alice, address(0));
    }

    function test_Redeem_RevertsToUnableContract() public {
        vm.expectRevert(ERC721.TransferToNonERC721ReceiverImplementer.selector);
        _redeem(_alice, address(_double));
        assertEq(_shares.totalSupply(), SUPPLY);
    }

    function test_Redeem_RevertsForListedToken() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.ListedToken.selector, address(_tokens[0])));
        vm.prank(_alice);
        _shares.redeem(_alice, _one(_tokens[0]));
    }

    function test_Redeem_RevertsForSecondAddress() public {
        _send(_alice, _bob, SUPPLY);
        _earnAndCollect(1, 50);
        _send(_bob, _alice, SUPPLY);
        IERC20[] memory legacy = _one(IERC20(address(_double.legacy())));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.ListedToken.selector, address(_double)));
        vm.prank(_alice);
        _shares.redeem(_alice, legacy);
        assertEq(_incomeOf(_bob, 1), 50);
    }

    function test_Redeem_SendsPosition() public {
        _send(_alice, _bob, SUPPLY);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.Redeemed(_bob, _carol);
        _redeem(_bob, _carol);
        assertEq(_positions.ownerOf(ID), _carol);
        assertEq(_shares.totalSupply(), 0);
        assertEq(_shares.balanceOf(_bob), 0);
    }

    function test_Redeem_CountsFirst() public {
        _tokens[0].transfer(address(_shares), 9);
        _redeem(_alice, _carol);
        assertEq(_incomeOf(_alice, 0), 9);
        assertEq(_shares.claimIncome(_alice)[0], 9);
    }

    function test_Redeem_LeavesWaitingIncome() public {
        _earn(0, 30);
        _redeem(_alice, _carol);
        _claimDirectly(0);
        assertEq(_tokens[0].balanceOf(_carol), 30);
        assertEq(_incomeOf(_alice, 0), 0);
    }

    function test_Redeem_SweepsOthers() public {
        PlainToken first = new PlainToken();
        PlainToken second = new PlainToken();
        first.transfer(address(_shares), 11);
        IERC20[] memory others = new IERC20[](2);
        others[0] = first;
        others[1] = second;
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.Swept(address(first), _carol, 11);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.Swept(address(second), _carol, 0);
        vm.prank(_alice);
        _shares.redeem(_carol, others);
        assertEq(first.balanceOf(_carol), 11);
    }

    function test_Redeem_EndsCounting() public {
        _earnAndCollect(0, 10);
        _redeem(_alice, _alice);
        _tokens[0].transfer(address(_shares), 5);
        _send(_alice, _bob, 0);
        assertEq(_incomeOf(_alice, 0), 10);
        assertEq(_shares.claimIncome(_alice)[0], 10);
        assertEq(_streamOf(0).received, 10);
        assertEq(_tokens[0].balanceOf(address(_shares)), 5);
    }

    function test_Redeem_AllowsNewShares() public {
        _earnAndCollect(0, 10);
        _redeem(_alice, _alice);
        vm.prank(_alice);
        _positions.approve(address(_factory), ID);
        address former = address(_shares);
        _create(5);
        assertNotEq(address(_shares), former);
        assertEq(_positions.ownerOf(ID), address(_shares));
        _earnAndCollect(0, 3);
        assertEq(_incomeOf(_alice, 0), 3);
    }

    function _one(IERC20 token) private pure returns (IERC20[] memory list) {
        list = new IERC20[](1);
        list[0] = token;
    }
}

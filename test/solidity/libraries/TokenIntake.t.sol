// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {TokenIntake} from "../../../contracts/libraries/TokenIntake.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";

/// @notice Taking tokens and measuring what arrived.
contract TokenIntakeTest is Test {
    FeeToken private _token;
    address private immutable _payer = makeAddr("payer");

    function setUp() public {
        _token = new FeeToken();
        _token.transfer(_payer, 1_000);
        vm.prank(_payer);
        _token.approve(address(this), 500);
    }

    function take(IERC20 token, uint256 amount) external returns (uint256) {
        return TokenIntake.take(token, _payer, amount);
    }

    function test_Take_RevertsWithoutAllowance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(this), 500, 501)
        );
        this.take(_token, 501);
    }

    function test_Take_RevertsWhereTheTokenSaysNo() public {
        bytes memory call = abi.encodeCall(IERC20.transferFrom, (_payer, address(this), 1));
        vm.mockCall(address(_token), call, abi.encode(false));
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(_token)));
        this.take(_token, 1);
    }

    function test_Take_MeasuresWhatATokenWithoutAnswerMoves() public {
        // A token that returns nothing and moves nothing: only the balance tells.
        bytes memory call = abi.encodeCall(IERC20.transferFrom, (_payer, address(this), 1));
        vm.mockCall(address(_token), call, "");
        assertEq(this.take(_token, 1), 0);
    }

    function test_Take_MeasuresWhatArrives() public {
        uint256 before = _token.balanceOf(address(this));
        assertEq(this.take(_token, 500), 500);
        assertEq(_token.balanceOf(address(this)) - before, 500);
    }

    function test_Take_MeasuresLessWhereTheTokenKeepsAPart() public {
        _token.setFee(100);
        assertEq(this.take(_token, 500), 495);
    }

    function test_Take_MayTakeNothing() public {
        assertEq(this.take(_token, 0), 0);
    }
}

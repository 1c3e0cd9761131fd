// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {OpenTokenFixture} from "./OpenTokenFixture.sol";

/// @notice The supply of OPEN: issued once, burned by its holders alone.
contract OpenTokenTest is OpenTokenFixture {
    function test_Constructor_IssuesTheWholeSupply() public view {
        assertEq(token.totalSupply(), SUPPLY);
        assertEq(token.totalSupply(), token.INITIAL_SUPPLY());
        assertEq(token.balanceOf(holder) + token.balanceOf(address(account)), SUPPLY);
        assertEq(token.name(), "Open");
        assertEq(token.symbol(), "OPEN");
        assertEq(token.decimals(), 18);
        assertEq(token.DOMAIN_SEPARATOR(), domainOf(address(token), block.chainid));
    }

    function test_Burn_LowersTheSupply() public {
        vm.prank(holder);
        token.burn(7);
        assertEq(token.totalSupply(), SUPPLY - 7);
    }

    function test_Burn_RevertsBeyondTheBalance() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, stranger, 0, 1));
        vm.prank(stranger);
        token.burn(1);
    }

    function test_BurnFrom_SpendsTheAllowance() public {
        vm.prank(holder);
        token.approve(stranger, 10);
        vm.prank(stranger);
        token.burnFrom(holder, 7);
        assertEq(token.totalSupply(), SUPPLY - 7);
        assertEq(token.allowance(holder, stranger), 3);
    }

    function test_BurnFrom_RevertsBeyondTheAllowance() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, stranger, 0, 1));
        vm.prank(stranger);
        token.burnFrom(holder, 1);
    }
}

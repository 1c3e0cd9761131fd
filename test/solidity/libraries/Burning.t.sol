// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {Burning} from "../../../contracts/libraries/Burning.sol";
import {PlainToken} from "../support/Tokens.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice A token that takes any call, as wrapped ether does, and burns nothing.
contract DeafToken is PlainToken {
    fallback() external {}
}

/// @notice A token that burns less than it is asked to.
contract HalfBurningToken is ERC20Burnable {
    constructor() ERC20("Half", "HALF") {
        _mint(msg.sender, 1e18);
    }

    function burn(uint256 value) public override {
        super.burn(value / 2);
    }
}

/// @notice What burns, of tokens that can burn and of such that cannot (Burning.tree).
contract BurningTest is Test {
    using Burning for IERC20;

    uint256 private constant AMOUNT = 100;

    function _burn(IERC20 token) private returns (uint256 fromSupply, uint256 toDead) {
        uint256 supply = token.totalSupply();
        uint256 balance = token.balanceOf(address(this));
        token.burn(AMOUNT);
        fromSupply = supply - token.totalSupply();
        toDead = token.balanceOf(Burning.DEAD);
        assertEq(balance - token.balanceOf(address(this)), fromSupply + toDead);
    }

    function test_Burn_BurnsWhereTheTokenCan() public {
        (uint256 fromSupply, uint256 toDead) = _burn(new TrickyToken());
        assertEq(fromSupply, AMOUNT);
        assertEq(toDead, 0);
    }

    function test_Burn_SendsAwayWhereTheTokenCannot() public {
        (uint256 fromSupply, uint256 toDead) = _burn(new PlainToken());
        assertEq(fromSupply, 0);
        assertEq(toDead, AMOUNT);
    }

    function test_Burn_SendsAwayWhereTheTokenOnlySeemsTo() public {
        (, uint256 toDead) = _burn(IERC20(address(new DeafToken())));
        assertEq(toDead, AMOUNT);
    }

    function test_Burn_SendsAwayWhatTheTokenDidNotBurn() public {
        (uint256 fromSupply, uint256 toDead) = _burn(new HalfBurningToken());
        assertEq(fromSupply, AMOUNT / 2);
        assertEq(toDead, AMOUNT / 2);
    }

    function test_Burn_KeepsWhatTheTokenDoesNotMove() public {
        TrickyToken token = new TrickyToken();
        token.refuse(Burning.DEAD, true);
        token.refuse(address(0), true);
        (uint256 fromSupply, uint256 toDead) = _burn(token);
        assertEq(fromSupply + toDead, 0);
    }

    function test_Burn_OfNothingCallsNobody() public {
        IERC20(makeAddr("no token")).burn(0);
    }
}

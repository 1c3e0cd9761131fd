// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice Puts tokens out of anybody's reach, whether the token can burn or not.
library Burning {
    using SafeERC20 for IERC20;

    /// @notice Where tokens go that cannot be burned.
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;

    /// @notice Burns tokens of the calling contract. Never reverts by the token's doing, since what burns is a punishment: what the token neither burns nor moves stays, owed
    /// to nobody.
    /// @dev The balance says whether `burn` did it: some tokens accept any call and do something else.
    function burn(IERC20 token, uint256 amount) internal {
        if (amount == 0) return;
        uint256 before = token.balanceOf(address(this));
        // solhint-disable-next-line no-empty-blocks
        try ERC20Burnable(address(token)).burn(amount) {} catch {}
        uint256 left = token.balanceOf(address(this));
        uint256 burned = left < before ? before - left : 0;
        if (burned < amount) token.trySafeTransfer(DEAD, amount - burned);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {ERC20Wrapper} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Wrapper.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @notice gOPEN: OPEN wrapped 1:1, with votes. Votes count from when their holder delegates them, to themselves or to another.
/// @dev OPEN that is sent here without a deposit stays here: minting gOPEN for it would need somebody with the right to mint votes that nobody
/// deposited. So there is no role, `totalSupply()` never exceeds the OPEN held, and every gOPEN can be unwrapped at any time.
contract GovernanceOpen is ERC20, ERC20Permit, ERC20Votes, ERC20Wrapper {
    /// @param open The token that is wrapped.
    constructor(IERC20 open) ERC20("Governance Open", "gOPEN") ERC20Permit("Governance Open") ERC20Wrapper(open) {}

    /// @notice Votes are counted by the second (ERC-6372), so that a setting means the same time on every chain.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function decimals() public view override(ERC20, ERC20Wrapper) returns (uint8) {
        return super.decimals();
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}

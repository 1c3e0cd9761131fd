// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that keeps a part of every transfer, once it is told to: the contracts must refuse it.
contract FeeToken is ERC20 {
    uint256 public feeBps;

    constructor() ERC20("Fee", "FEE") {
        _mint(msg.sender, 1e30);
    }

    function setFee(uint256 bps) external {
        feeBps = bps;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        uint256 fee = (value * feeBps) / 10_000;
        if (from != address(0) && to != address(0) && fee != 0) super._update(to, address(0), fee);
    }
}

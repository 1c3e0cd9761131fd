// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";

/// @notice A burnable token that refuses to pay an account, keeps a part of transfers, or calls back during them, once it is told to.
contract TrickyToken is ERC20Burnable {
    uint256 public feeBps;
    bytes4 public refusal;
    address private _target;
    bytes private _call;
    mapping(address account => bool) private _refused;

    error Refused(address account);

    constructor() ERC20("Tricky", "TRICKY") {
        _mint(msg.sender, 1e27);
    }

    function setFee(uint256 bps) external {
        feeBps = bps;
    }

    function refuse(address account, bool refused) external {
        _refused[account] = refused;
    }

    /// @notice During the next transfer, makes this call and remembers the error it is refused with.
    function arm(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_refused[to]) revert Refused(to);
        super._update(from, to, value);
        uint256 fee = (value * feeBps) / 10_000;
        if (from != address(0) && to != address(0) && fee != 0) super._update(to, address(0), fee);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (, bytes memory result) = target.call(_call);
        refusal = bytes4(result);
    }
}

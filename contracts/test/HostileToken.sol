// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that calls back into a contract during transfers, or refuses to pay an account, once it is told to.
contract HostileToken is ERC20 {
    address private _target;
    bytes private _call;
    bool public wasRefused;
    bytes4 public refusal;
    mapping(address account => bool) private _refused;

    error Refused(address account);

    constructor() ERC20("Hostile", "HOSTILE") {
        _mint(msg.sender, 1e30);
    }

    /// @notice During the next transfer, makes this call and records whether it was refused.
    function arm(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function refuse(address account, bool refused) external {
        _refused[account] = refused;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_refused[to]) revert Refused(to);
        super._update(from, to, value);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory result) = target.call(_call);
        wasRefused = !success;
        refusal = bytes4(result);
    }
}

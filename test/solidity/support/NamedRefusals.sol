// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

/// @notice Calls that must succeed or say by name what is wrong.
abstract contract NamedRefusals is Test {
    bytes4 private constant PANIC = 0x4e487b71;
    bytes4 private constant TEXT = 0x08c379a0;

    /// @dev An empty reason, a panic or a text would leave the caller to guess.
    function _try(address target, string memory name, bytes memory call) internal {
        // Every function is called from its bytes.
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory reason) = target.call(call);
        if (success) return;
        assertGe(reason.length, 4, name);
        assertTrue(bytes4(reason) != PANIC && bytes4(reason) != TEXT, name);
    }
}

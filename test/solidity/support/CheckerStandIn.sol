// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A checker that finds a fault in every call with the calldata that it expects, and nowhere else.
contract CheckerStandIn {
    bytes32 private _expected;

    function expect(bytes calldata call) external {
        _expected = keccak256(call);
    }

    // solhint-disable-next-line payable-fallback
    fallback(bytes calldata call) external returns (bytes memory) {
        return abi.encode(keccak256(call) == _expected);
    }
}

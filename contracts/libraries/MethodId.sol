// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Method} from "../types/Method.sol";

/// @notice Ids and bounds of attribution methods (docs/formats.md §7.4).
library MethodId {
    bytes32 internal constant TYPEHASH = keccak256(
        "Method(uint16 k,uint16 topK,uint16 debitFactor,uint32 tau,uint32 delta,uint16 signatureMatch,bytes32 sketchSpec)"
    );

    /// @notice The method's id.
    function idOf(Method memory method) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, method));
    }

    /// @notice The first field that is out of its range; empty if there is none.
    function invalidField(Method memory method) internal pure returns (string memory) {
        if (method.k % 32 != 0 || method.k < 32 || method.k > 4096) return "k";
        if (method.topK == 0 || method.topK > 256) return "topK";
        if (method.debitFactor > 256) return "debitFactor";
        if (method.delta == 0 || method.delta > method.tau) return "delta";
        return "";
    }
}

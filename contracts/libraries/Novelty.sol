// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {Method} from "../types/Method.sol";
import {Payloads} from "./Payloads.sol";
import {Sketch} from "./Sketch.sol";

/// @notice How new a record of an index is against an earlier one (docs/formats.md §6.4, §6.5).
library Novelty {
    uint256 private constant FULL = 255;
    /// @dev 1 in the unit of cosines.
    uint256 private constant ONE = 65_536;

    /// @notice `n(i, j)` of two index leaves of one method, both well-formed: 0 for a copy to 255 for a record unlike the other.
    /// @param later Payload of record `i`. @param earlier Payload of record `j < i`.
    function between(
        bytes calldata later,
        bytes calldata earlier,
        Method memory method
    ) internal pure returns (uint256) {
        if (Payloads.recordHash(later) == Payloads.recordHash(earlier)) return 0;
        bytes32 signature = Payloads.contentSignature(later);
        if (areNear(signature, Payloads.contentSignature(earlier), method.signatureMatch)) return 0;
        uint256 cosine = cosine16(later, earlier);
        if (cosine >= method.tau) return 0;
        if (cosine <= method.tau - method.delta) return FULL;
        return (FULL * (method.tau - cosine)) / method.delta;
    }

    /// @notice The cosine of two index leaves' sketches in 1/65536, rounded down; 0 where it is not positive.
    function cosine16(bytes calldata a, bytes calldata b) internal pure returns (uint256) {
        int256 dot = Sketch.dotInOrder(
            Payloads.recordSketch(a),
            Payloads.recordSketch(b),
            Payloads.recordSum(a),
            Payloads.recordSum(b)
        );
        uint256 norm = Math.sqrt(uint256(Payloads.recordSquares(a)) * Payloads.recordSquares(b));
        return dot <= 0 || norm == 0 ? 0 : (uint256(dot) * ONE) / norm;
    }

    /// @notice Whether two content signatures, both not 0, agree in at least `least` of their 256 bits; never if it is above 256.
    function areNear(bytes32 a, bytes32 b, uint256 least) internal pure returns (bool) {
        return a != 0 && b != 0 && agreement(a, b) >= least;
    }

    /// @notice How many bits of two content signatures agree, 0 to 256.
    function agreement(bytes32 a, bytes32 b) internal pure returns (uint256) {
        return 256 - LibBit.popCount(uint256(a ^ b));
    }
}

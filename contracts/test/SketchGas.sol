// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Novelty} from "../libraries/Novelty.sol";
import {Sketch} from "../libraries/Sketch.sol";
import {CallChecks} from "../royalties/faults/CallChecks.sol";
import {Method} from "../types/Method.sol";

/// @notice Measures the arithmetic of sketches by itself: the gas of a library's function, without the transaction and its calldata.
/// @dev Each returns what was computed too, so that it is not optimised away.
contract SketchGas {
    function dot(bytes calldata record, bytes calldata call) external view returns (uint256 gas, uint256 sum) {
        gas = gasleft();
        sum = Sketch.rawDot(record, call);
        gas -= gasleft();
    }

    function dotInOrder(bytes calldata u, bytes calldata v) external view returns (uint256 gas, int256 product) {
        gas = gasleft();
        product = Sketch.dotInOrder(u, v, 0, 0);
        gas -= gasleft();
    }

    function sums(bytes calldata u) external view returns (uint256 gas, bool whole, uint256 sumU, uint256 sumSq) {
        gas = gasleft();
        (whole, sumU, sumSq) = Sketch.sums(u);
        gas -= gasleft();
    }

    function influenceOf(
        bytes calldata record,
        bytes calldata call
    ) external view returns (uint256 gas, int64 s, uint128 w) {
        gas = gasleft();
        (s, w) = CallChecks.influenceOf(record, call);
        gas -= gasleft();
    }

    function between(
        bytes calldata later,
        bytes calldata earlier,
        Method calldata method
    ) external view returns (uint256 gas, uint256 novelty) {
        Method memory copied = method;
        gas = gasleft();
        novelty = Novelty.between(later, earlier, copied);
        gas -= gasleft();
    }
}

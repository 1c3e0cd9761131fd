// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Splits by prefix sums: the parts add up to the amount, to the unit (docs/formats.md §6.1).
library PrefixSplit {
    /// @notice The part of an item of weight `weight` that follows items of total weight `prefix`, out of `total` (not 0).
    function part(uint128 amount, uint128 prefix, uint128 weight, uint128 total) internal pure returns (uint128) {
        // Products of two u128 fit 256 bits, and a part is at most the amount where prefix + weight <= total.
        uint256 upper = (uint256(amount) * (uint256(prefix) + weight)) / total;
        return uint128(upper - (uint256(amount) * prefix) / total);
    }

    /// @notice All parts of `amount` over `weights`, whose total is not 0.
    function split(uint128 amount, uint256[] memory weights) internal pure returns (uint128[] memory parts) {
        uint256 total;
        for (uint256 i; i < weights.length; ++i) total += weights[i];
        parts = new uint128[](weights.length);
        uint256 prefix;
        uint256 before;
        for (uint256 i; i < weights.length; ++i) {
            prefix += weights[i];
            uint256 upTo = (uint256(amount) * prefix) / total;
            parts[i] = uint128(upTo - before);
            before = upTo;
        }
    }
}

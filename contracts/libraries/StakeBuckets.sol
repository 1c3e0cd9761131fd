// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Stake that is held in common, by shares that only a slash makes worth less than a unit.
/// @dev Invariant: `stake <= shares`, as the first shares are minted one for one, a slash lowers `stake` only, and every other division is
/// rounded for the bucket by less than one share's worth. So a share is never worth more than one unit, whatever anybody stakes or donates:
/// nobody can inflate it to round a newcomer's shares away, and a rounding costs less than one unit.
/// Ranges: a bucket is left when it is depleted, so `shares <= 1e9 · stake`; stake is at most OPEN's supply, which the constructor of
/// OperatorStaking bounds by 2^128 / 1e9. So shares fit 128 bits, and a product of the two fits 256.
library StakeBuckets {
    using SafeCast for uint256;

    uint256 internal constant BPS = 10_000;
    /// @dev A bucket is depleted when a unit of its stake is divided over more shares than this.
    uint256 internal constant MOST_SHARES_PER_UNIT = 1e9;
    /// @dev No supply of OPEN is larger.
    uint128 internal constant MOST_STAKE = type(uint128).max / 1e9;

    /// @dev Both 0, or neither: whoever uses a bucket replaces it when a slash left it with shares of nothing.
    struct Bucket {
        uint128 stake;
        uint128 shares;
    }

    /// @notice Adds stake for new shares; at least as many as units.
    function join(Bucket storage self, uint128 amount) internal returns (uint128 minted) {
        Bucket memory bucket = self;
        minted = bucket.shares == 0 ? amount : ((uint256(amount) * bucket.shares) / bucket.stake).toUint128();
        self.stake = bucket.stake + amount;
        self.shares = bucket.shares + minted;
    }

    /// @notice Takes shares out with what they are worth; the dust stays for the others.
    function redeem(Bucket storage self, uint128 burned) internal returns (uint128 amount) {
        amount = worth(self, burned);
        self.stake -= amount;
        self.shares -= burned;
    }

    /// @notice Takes basis points of the stake from all shares alike, never more.
    function cut(Bucket storage self, uint16 bps) internal returns (uint128 taken) {
        uint128 stake = self.stake;
        taken = uint128((uint256(stake) * bps) / BPS);
        self.stake = stake - taken;
    }

    /// @notice What so many of the bucket's shares are worth.
    function worth(Bucket memory self, uint128 shares) internal pure returns (uint128) {
        return self.shares == 0 ? 0 : uint128((uint256(shares) * self.stake) / self.shares);
    }

    /// @notice Whether slashes left so little that the bucket must not be used any further.
    function isDepleted(Bucket memory self) internal pure returns (bool) {
        return uint256(self.stake) * MOST_SHARES_PER_UNIT < self.shares;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Rewards that are released linearly, and their exact division over shares.
/// @dev Ranges: what is ever funded in a token fits 128 bits, so a sum per share fits 224 and what an account earned, unscaled, 225.
library RewardStreams {
    /// @dev Scale of sums per share and of accounts' fractions of a unit.
    uint256 internal constant SCALE_BITS = 96;

    /// @param left Not released yet. @param endsAt When all of it will be, if the stream is not paused.
    struct Stream {
        uint128 left;
        uint48 updatedAt;
        uint48 endsAt;
    }

    /// @notice The stream at a later time, and what it released until then. While it is paused nothing is released, and its end moves on.
    function advanced(
        Stream memory self,
        uint48 time,
        bool isPaused
    ) internal pure returns (Stream memory, uint128 released) {
        if (self.left == 0) return (self, 0);
        if (isPaused) return (Stream(self.left, time, self.endsAt + (time - self.updatedAt)), 0);
        if (time >= self.endsAt) return (Stream(0, time, time), self.left);
        released = uint128((uint256(self.left) * (time - self.updatedAt)) / (self.endsAt - self.updatedAt));
        return (Stream(self.left - released, time, self.endsAt), released);
    }

    /// @notice Adds an amount that alone would last `streamSeconds` to a stream that is advanced to `time`. The new end is the mean of both, weighted by
    /// their amounts: dust cannot put off what is on its way. As no stream has more than `streamSeconds` left, rounding down never brings
    /// its end nearer.
    function extended(
        Stream memory self,
        uint128 amount,
        uint48 time,
        uint48 streamSeconds
    ) internal pure returns (Stream memory) {
        uint256 weighted = uint256(amount) * streamSeconds;
        if (self.left != 0) weighted += uint256(self.left) * (self.endsAt - time);
        uint128 left = self.left + amount;
        return Stream(left, time, time + uint48(weighted / left));
    }

    /// @notice Divides an amount over shares. What cannot be divided is carried: it is less than one scaled unit a share.
    function divide(
        uint128 amount,
        uint128 carried,
        uint128 shares
    ) internal pure returns (uint256 perShare, uint128 remainder) {
        uint256 scaled = (uint256(amount) << SCALE_BITS) + carried;
        return (scaled / shares, uint128(scaled % shares));
    }

    /// @notice What an account's shares earned while the sum per share grew by `perShare`, in whole units; the fraction of a unit is carried.
    function earned(
        uint256 perShare,
        uint128 shares,
        uint96 carried
    ) internal pure returns (uint128 amount, uint96 fraction) {
        uint256 scaled = perShare * shares + carried;
        return (uint128(scaled >> SCALE_BITS), uint96(scaled));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {RewardStreams} from "../../../contracts/libraries/RewardStreams.sol";

/// @notice Streams release all they were given, linearly, and its division loses nothing.
contract RewardStreamsTest is Test {
    using RewardStreams for RewardStreams.Stream;

    uint48 private constant NOW = 1_800_000_000;
    uint48 private constant MOST_SECONDS = 730 days;

    function test_Advanced_KeepsAnEmptyStream() public pure {
        _assertEq(RewardStreams.Stream(0, 5, 7), 0, 5, 7, 0, false, NOW);
        _assertEq(RewardStreams.Stream(0, 5, 7), 0, 5, 7, 0, true, NOW);
    }

    function testFuzz_Advanced_PausesTheStream(uint128 left, uint48 elapsed, uint48 remaining) public pure {
        left = uint128(bound(left, 1, type(uint128).max));
        elapsed = uint48(bound(elapsed, 0, MOST_SECONDS));
        remaining = uint48(bound(remaining, 1, MOST_SECONDS));
        RewardStreams.Stream memory stream = RewardStreams.Stream(left, NOW, NOW + remaining);
        _assertEq(stream, left, NOW + elapsed, NOW + elapsed + remaining, 0, true, NOW + elapsed);
    }

    function testFuzz_Advanced_ReleasesAllAtTheEnd(uint128 left, uint48 late, uint48 remaining) public pure {
        left = uint128(bound(left, 1, type(uint128).max));
        remaining = uint48(bound(remaining, 1, MOST_SECONDS));
        uint48 time = NOW + remaining + uint48(bound(late, 0, MOST_SECONDS));
        _assertEq(RewardStreams.Stream(left, NOW, NOW + remaining), 0, time, time, left, false, time);
    }

    function testFuzz_Advanced_ReleasesInProportion(
        uint128 left,
        uint48 remaining,
        uint48 first,
        uint48 second
    ) public pure {
        remaining = uint48(bound(remaining, 2, MOST_SECONDS));
        second = uint48(bound(second, 1, remaining - 1));
        first = uint48(bound(first, 0, second));
        left = uint128(bound(left, 1, type(uint128).max));
        RewardStreams.Stream memory stream = RewardStreams.Stream(left, NOW, NOW + remaining);
        (RewardStreams.Stream memory atOnce, uint128 released) = stream.advanced(NOW + second, false);
        assertEq(released, (uint256(left) * second) / remaining);
        assertEq(uint256(atOnce.left) + released, left);
        assertEq(atOnce.endsAt, NOW + remaining);
        (RewardStreams.Stream memory halfWay, uint128 before) = stream.advanced(NOW + first, false);
        (RewardStreams.Stream memory inSteps, uint128 then) = halfWay.advanced(NOW + second, false);
        assertLe(uint256(before) + then, uint256(released) + 1);
        assertGe(uint256(before) + then + 1, released);
        assertEq(uint256(inSteps.left) + before + then, left);
    }

    function testFuzz_Extended_BeginsAStream(uint128 amount, uint48 streamSeconds) public pure {
        amount = uint128(bound(amount, 1, type(uint128).max));
        streamSeconds = uint48(bound(streamSeconds, 1, MOST_SECONDS));
        RewardStreams.Stream memory stream = RewardStreams.Stream(0, 5, 7).extended(amount, NOW, streamSeconds);
        assertEq(stream.left, amount);
        assertEq(stream.updatedAt, NOW);
        assertEq(stream.endsAt, NOW + streamSeconds);
    }

    function testFuzz_Extended_EndsInBetween(
        uint128 left,
        uint128 amount,
        uint48 remaining,
        uint48 streamSeconds
    ) public pure {
        left = uint128(bound(left, 1, type(uint128).max - 1));
        amount = uint128(bound(amount, 1, type(uint128).max - left));
        streamSeconds = uint48(bound(streamSeconds, 1, MOST_SECONDS));
        remaining = uint48(bound(remaining, 1, streamSeconds));
        RewardStreams.Stream memory stream = RewardStreams.Stream(left, NOW, NOW + remaining);
        stream = stream.extended(amount, NOW, streamSeconds);
        assertEq(stream.left, left + amount);
        assertGe(stream.endsAt, NOW + remaining);
        assertLe(stream.endsAt, NOW + streamSeconds);
    }

    function testFuzz_Divide_LosesNothing(uint128 amount, uint128 carried, uint128 shares) public pure {
        shares = uint128(bound(shares, 1, type(uint128).max));
        (uint256 perShare, uint128 remainder) = RewardStreams.divide(amount, carried, shares);
        assertLt(remainder, shares);
        assertEq(perShare * shares + remainder, (uint256(amount) << 96) + carried);
    }

    function testFuzz_Earned_LosesNothing(uint256 perShare, uint128 shares, uint96 carried) public pure {
        shares = uint128(bound(shares, 1, type(uint128).max));
        perShare = bound(perShare, 0, ((uint256(1) << 224) - 1 - carried) / shares);
        (uint128 amount, uint96 fraction) = RewardStreams.earned(perShare, shares, carried);
        assertEq((uint256(amount) << 96) + fraction, perShare * shares + carried);
    }

    function _assertEq(
        RewardStreams.Stream memory stream,
        uint128 left,
        uint48 updatedAt,
        uint48 endsAt,
        uint128 released,
        bool isPaused,
        uint48 time
    ) private pure {
        (RewardStreams.Stream memory next, uint128 actual) = stream.advanced(time, isPaused);
        assertEq(next.left, left);
        assertEq(next.updatedAt, updatedAt);
        assertEq(next.endsAt, endsAt);
        assertEq(actual, released);
    }
}

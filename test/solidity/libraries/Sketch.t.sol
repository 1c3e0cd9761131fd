// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {Sketch} from "../../../contracts/libraries/Sketch.sol";

/// @dev Gives the library calldata.
contract SketchHarness {
    function dot(bytes calldata u, bytes calldata v, uint256 sumU, uint256 sumV) external pure returns (int256) {
        return Sketch.dot(u, v, sumU, sumV);
    }

    function rawDot(bytes calldata u, bytes calldata v) external pure returns (uint256) {
        return Sketch.rawDot(u, v);
    }

    function dotInOrder(bytes calldata u, bytes calldata v, uint256 sumU, uint256 sumV) external pure returns (int256) {
        return Sketch.dotInOrder(u, v, sumU, sumV);
    }

    function sums(bytes calldata u) external pure returns (bool whole, uint256 sumU, uint256 sumSq) {
        return Sketch.sums(u);
    }

    function sumOf(bytes calldata u) external pure returns (bool whole, uint256 sumU) {
        return Sketch.sumOf(u);
    }
}

/// @notice The assembly of Sketch against loops that a reader believes.
contract SketchTest is Test {
    SketchHarness private immutable _harness = new SketchHarness();

    uint256 private constant STEP = 32;
    uint256 private constant MOST = 4096;

    /// @dev Which bytes a sketch is made of: any, or only the outermost ones, where sums are largest.
    enum Coordinates {
        Any,
        Least,
        Most,
        Outermost
    }

    function testFuzz_RawDot_EqualsTheLoop(uint256 seed, uint8 size, uint8 first, uint8 second) external view {
        (bytes memory u, bytes memory v) = _pair(seed, size, first, second);
        assertEq(_harness.rawDot(u, _reversed(v)), _naiveRaw(u, v));
    }

    function testFuzz_Dot_IsTheSumOfTheSignedProducts(
        uint256 seed,
        uint8 size,
        uint8 first,
        uint8 second
    ) external view {
        (bytes memory u, bytes memory v) = _pair(seed, size, first, second);
        assertEq(_harness.dot(u, _reversed(v), _naiveSum(u), _naiveSum(v)), _naiveDot(u, v));
    }

    function testFuzz_DotInOrder_IsTheSumOfTheSignedProducts(
        uint256 seed,
        uint8 size,
        uint8 first,
        uint8 second
    ) external view {
        (bytes memory u, bytes memory v) = _pair(seed, size, first, second);
        assertEq(_harness.dotInOrder(u, v, _naiveSum(u), _naiveSum(v)), _naiveDot(u, v));
    }

    function testFuzz_Sums_EqualTheLoop(uint256 seed, uint8 size, uint8 first) external view {
        (bytes memory u, ) = _pair(seed, size, first, first);
        (bool whole, uint256 sumU, uint256 sumSq) = _harness.sums(u);
        assertTrue(whole);
        assertEq(sumU, _naiveSum(u));
        assertEq(int256(sumSq), _naiveDot(u, u));
    }

    /// @dev Neighbours of the byte 0 that borrow from it, and that it borrows from, must not hide it.
    function testFuzz_SumOf_FindsAByteZero(uint256 seed, uint8 size, uint256 place, uint8 next) external view {
        (bytes memory u, ) = _pair(seed, size, 0, 0);
        place %= u.length;
        u[place] = 0;
        if (place + 1 < u.length) u[place + 1] = bytes1(next);
        (bool whole, uint256 sumU) = _harness.sumOf(u);
        assertFalse(whole);
        assertEq(sumU, _naiveSum(u));
    }

    function test_RawDot_DoesNotOverflowWhereAllCoordinatesAreLargest() external view {
        for (uint256 k = STEP; k <= MOST; k += STEP) {
            bytes memory u = _sketch(0, k, Coordinates.Most);
            assertEq(_harness.rawDot(u, u), 255 * 255 * k);
            (bool whole, uint256 sumU, uint256 sumSq) = _harness.sums(u);
            assertTrue(whole);
            assertEq(sumU, 255 * k);
            assertEq(sumSq, 127 * 127 * k);
        }
    }

    function test_RawDot_CountsEachCoordinateOnceAtItsPlace() external view {
        uint256 k = 96;
        bytes memory u = _sketch(0, k, Coordinates.Least);
        bytes memory v = _sketch(0, k, Coordinates.Least);
        for (uint256 i; i < k; ++i) {
            u[i] = 0x07;
            v[i] = 0x0b;
            assertEq(_harness.rawDot(u, _reversed(v)), k - 1 + 77);
            u[i] = 0x01;
            assertEq(_harness.rawDot(u, _reversed(v)), k - 1 + 11);
            v[i] = 0x01;
        }
    }

    function test_DotInOrder_CountsEachCoordinateOnceAtItsPlace() external view {
        uint256 k = 96;
        bytes memory u = _sketch(0, k, Coordinates.Least);
        bytes memory v = _sketch(0, k, Coordinates.Least);
        // With x = y = −127 everywhere, raising one coordinate of each by 6 and by 10 changes one product.
        int256 base = 127 * 127 * int256(k);
        for (uint256 i; i < k; ++i) {
            u[i] = 0x07;
            v[i] = 0x0b;
            assertEq(_harness.dotInOrder(u, v, k + 6, k + 10), base - 127 * 16 + 60);
            u[i] = 0x01;
            assertEq(_harness.dotInOrder(u, v, k, k + 10), base - 127 * 10);
            v[i] = 0x01;
        }
    }

    function test_DotInOrder_DoesNotOverflowWhereAllCoordinatesAreOutermost() external view {
        for (uint256 k = STEP; k <= MOST; k += STEP) {
            bytes memory least = _sketch(0, k, Coordinates.Least);
            bytes memory most = _sketch(0, k, Coordinates.Most);
            int256 largest = 127 * 127 * int256(k);
            assertEq(_harness.dotInOrder(least, least, k, k), largest);
            assertEq(_harness.dotInOrder(most, most, 255 * k, 255 * k), largest);
            assertEq(_harness.dotInOrder(most, least, 255 * k, k), -largest);
        }
    }

    // --- loops ---

    function _naiveRaw(bytes memory u, bytes memory v) private pure returns (uint256 sum) {
        for (uint256 i; i < u.length; ++i) sum += uint256(uint8(u[i])) * uint8(v[i]);
    }

    function _naiveDot(bytes memory u, bytes memory v) private pure returns (int256 sum) {
        for (uint256 i; i < u.length; ++i)
            sum += (int256(uint256(uint8(u[i]))) - 128) * (int256(uint256(uint8(v[i]))) - 128);
    }

    function _naiveSum(bytes memory u) private pure returns (uint256 sum) {
        for (uint256 i; i < u.length; ++i) sum += uint8(u[i]);
    }

    function _reversed(bytes memory v) private pure returns (bytes memory r) {
        r = new bytes(v.length);
        for (uint256 i; i < v.length; ++i) r[v.length - 1 - i] = v[i];
    }

    // --- sketches ---

    /// @dev Two sketches of one size: small ones mostly, since every rest of a division by 30 and by 60 occurs below 480.
    function _pair(
        uint256 seed,
        uint8 size,
        uint8 first,
        uint8 second
    ) private pure returns (bytes memory u, bytes memory v) {
        uint256 k = STEP * (1 + (uint256(size) % (size < 8 ? MOST / STEP : 16)));
        u = _sketch(seed, k, Coordinates(first % 4));
        v = _sketch(~seed, k, Coordinates(second % 4));
    }

    function _sketch(uint256 seed, uint256 k, Coordinates coordinates) private pure returns (bytes memory u) {
        u = new bytes(k);
        bytes32 pool;
        for (uint256 i; i < k; ++i) {
            if (i % 32 == 0) pool = keccak256(abi.encode(seed, i));
            uint8 drawn = uint8(pool[i % 32]);
            if (coordinates == Coordinates.Any) u[i] = bytes1(drawn == 0 ? 1 : drawn);
            else if (coordinates == Coordinates.Least) u[i] = 0x01;
            else if (coordinates == Coordinates.Most) u[i] = 0xff;
            else u[i] = drawn & 1 == 0 ? bytes1(0x01) : bytes1(0xff);
        }
    }
}

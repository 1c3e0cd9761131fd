// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";
import {Novelty} from "../../../contracts/libraries/Novelty.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Method} from "../../../contracts/types/Method.sol";

/// @notice Each rule of novelty at its bounds, and all of it against loops (docs/formats.md §6.4, §6.5).
contract NoveltyTest is Test {
    uint32 private constant TAU = 64_225;
    uint32 private constant DELTA = 6_554;
    uint16 private constant MATCH = 200;

    // --- the library, with its calldata ---

    function between(
        bytes calldata later,
        bytes calldata earlier,
        Method memory method
    ) external pure returns (uint256) {
        return Novelty.between(later, earlier, method);
    }

    function cosine16(bytes calldata a, bytes calldata b) external pure returns (uint256) {
        return Novelty.cosine16(a, b);
    }

    // --- records ---

    function _method(uint32 tau, uint32 delta) private pure returns (Method memory) {
        return Method(32, 1, 0, tau, delta, MATCH, 0);
    }

    /// @dev A well-formed index leaf with these coordinates, excess-128.
    function _record(bytes32 hash, bytes32 signature, bytes memory sketch) private pure returns (bytes memory) {
        uint32 sum;
        for (uint256 i; i < sketch.length; ++i) sum += uint8(sketch[i]);
        bytes memory head = abi.encodePacked(TreeKind.INDEX, hash, signature, uint64(1), uint32(2), uint32(3));
        uint32 squares = uint32(uint256(_dot(sketch, sketch)));
        return abi.encodePacked(head, uint8(255), type(uint32).max, sum, squares, sketch);
    }

    /// @dev Two records that only their sketches compare: `x` of the first and `y` of the second coordinate, all others 0.
    function _pair(int256 x, int256 y) private pure returns (bytes memory sketch) {
        sketch = new bytes(32);
        for (uint256 i; i < 32; ++i) sketch[i] = 0x80;
        sketch[0] = bytes1(uint8(uint256(x + 128)));
        sketch[1] = bytes1(uint8(uint256(y + 128)));
    }

    function _between(bytes memory a, bytes memory b, uint32 tau, uint32 delta) private view returns (uint256) {
        return this.between(_record("later", 0, a), _record("earlier", 0, b), _method(tau, delta));
    }

    // --- copies by content ---

    function test_Between_SameRecordHashIsACopy() public view {
        bytes memory later = _record("record", 0, _pair(100, 0));
        bytes memory earlier = _record("record", 0, _pair(0, 100));
        assertEq(this.between(later, earlier, _method(TAU, DELTA)), 0);
    }

    function test_Between_NearSignaturesAreACopy() public view {
        bytes memory later = _record("later", bytes32(uint256(1)), _pair(100, 0));
        bytes memory earlier = _record("earlier", bytes32(uint256(2)), _pair(0, 100));
        assertEq(this.between(later, earlier, _method(TAU, DELTA)), 0);
        Method memory method = _method(TAU, DELTA);
        // 254 bits agree.
        method.signatureMatch = 255;
        assertEq(this.between(later, earlier, method), 255);
    }

    function test_Between_NoSignatureIsNearNothing() public view {
        bytes memory later = _record("later", 0, _pair(100, 0));
        bytes memory earlier = _record("earlier", 0, _pair(0, 100));
        assertEq(this.between(later, earlier, _method(TAU, DELTA)), 255);
    }

    // --- the ramp of cosines ---

    function test_Between_IsNothingFromTauOn() public view {
        // cos16 of (3, 4) and (1, 0): ⌊3·65536 / isqrt(25·1)⌋ = 39,321.
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_321, 100), 0);
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_320, 100), 0);
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_322, 100), 2);
    }

    function test_Between_IsFullUpToTauLessDelta() public view {
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_421, 100), 255);
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_422, 100), 255);
        // ⌊255·99/100⌋
        assertEq(_between(_pair(3, 4), _pair(1, 0), 39_420, 100), 252);
    }

    function test_Between_TakesTheWidestRamp() public view {
        // tau = delta: only cosines of 0 are new.
        assertEq(_between(_pair(0, 4), _pair(1, 0), 1, 1), 255);
        assertEq(_between(_pair(3, 4), _pair(1, 0), 65_536, 65_536), 102);
        assertEq(_between(_pair(3, 4), _pair(1, 0), type(uint32).max, type(uint32).max), 254);
    }

    // --- cosines ---

    function test_Cosine16_IsNothingWhereItIsNotPositive() public view {
        bytes memory x = _record("x", 0, _pair(100, 0));
        assertEq(this.cosine16(x, _record("y", 0, _pair(0, 100))), 0);
        assertEq(this.cosine16(x, _record("y", 0, _pair(-100, 1))), 0);
    }

    function test_Cosine16_IsNothingWithTheZeroSketch() public view {
        bytes memory zero = _record("zero", 0, _pair(0, 0));
        assertEq(this.cosine16(zero, zero), 0);
        assertEq(this.cosine16(zero, _record("x", 0, _pair(100, 0))), 0);
    }

    function test_Cosine16_OfTheLargestSketchWithItself() public view {
        bytes memory sketch = new bytes(4_096);
        for (uint256 i; i < sketch.length; ++i) sketch[i] = 0xff;
        bytes memory largest = _record("largest", 0, sketch);
        assertEq(this.cosine16(largest, largest), 65_536);
    }

    function testFuzz_Cosine16_EqualsTheLoop(uint256 seed, uint8 size, uint8 spread) public view {
        (bytes memory a, bytes memory b) = _alike(seed, 32 * (1 + (uint256(size) % 16)), spread);
        assertEq(this.cosine16(_record("a", 0, a), _record("b", 0, b)), _cosine16(a, b));
    }

    function testFuzz_Between_IsTheRampOfTheCosine(uint256 seed, uint8 spread, uint32 tau, uint32 delta) public view {
        tau = uint32(_bound(tau, 1, 70_000));
        delta = uint32(_bound(delta, 1, tau));
        (bytes memory a, bytes memory b) = _alike(seed, 64, spread);
        uint256 cosine = _cosine16(a, b);
        uint256 expected = 255;
        if (cosine >= tau) expected = 0;
        else if (cosine > tau - delta) expected = (255 * (tau - cosine)) / delta;
        assertEq(_between(a, b, tau, delta), expected);
    }

    // --- signatures ---

    function testFuzz_Agreement_EqualsTheLoop(bytes32 a, bytes32 b) public pure {
        uint256 bits;
        for (uint256 i; i < 256; ++i) if ((uint256(a) >> i) & 1 == (uint256(b) >> i) & 1) ++bits;
        assertEq(Novelty.agreement(a, b), bits);
    }

    function test_Agreement_AllAndNone() public pure {
        assertEq(Novelty.agreement(0, 0), 256);
        assertEq(Novelty.agreement(0, bytes32(type(uint256).max)), 0);
    }

    function test_AreNear_FromTheLeastOn() public pure {
        bytes32 a = bytes32(uint256(0xff));
        bytes32 b = bytes32(uint256(0x0f));
        assertTrue(Novelty.areNear(a, b, 252));
        assertFalse(Novelty.areNear(a, b, 253));
        assertTrue(Novelty.areNear(a, a, 256));
    }

    function test_AreNear_NeverWithoutASignature() public pure {
        assertFalse(Novelty.areNear(0, bytes32(uint256(1)), 0));
        assertFalse(Novelty.areNear(bytes32(uint256(1)), 0, 0));
        assertFalse(Novelty.areNear(0, 0, 0));
    }

    function test_AreNear_NeverWhereSwitchedOff() public pure {
        bytes32 a = bytes32(uint256(1));
        assertFalse(Novelty.areNear(a, a, 257));
    }

    // --- loops ---

    function _dot(bytes memory a, bytes memory b) private pure returns (int256 sum) {
        for (uint256 i; i < a.length; ++i)
            sum += (int256(uint256(uint8(a[i]))) - 128) * (int256(uint256(uint8(b[i]))) - 128);
    }

    function _cosine16(bytes memory a, bytes memory b) private pure returns (uint256) {
        int256 dot = _dot(a, b);
        uint256 norm = Math.sqrt(uint256(_dot(a, a) * _dot(b, b)));
        return dot <= 0 || norm == 0 ? 0 : (uint256(dot) * 65_536) / norm;
    }

    /// @dev Two sketches of which the second is the first with some coordinates drawn anew: one in `spread`, or all.
    function _alike(uint256 seed, uint256 k, uint8 spread) private pure returns (bytes memory a, bytes memory b) {
        a = new bytes(k);
        b = new bytes(k);
        for (uint256 i; i < k; ++i) {
            bytes32 drawn = keccak256(abi.encode(seed, i));
            a[i] = drawn[0] == 0 ? bytes1(0x01) : drawn[0];
            bool isOther = spread == 0 || uint8(drawn[1]) % spread == 0;
            b[i] =
                !isOther
                    ? a[i]
                    : drawn[2] == 0
                        ? bytes1(0xff)
                        : drawn[2];
        }
    }
}

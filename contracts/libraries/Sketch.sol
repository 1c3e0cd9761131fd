// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Sums over the coordinates of sketches, which are stored excess-128: `u = x + 128` (docs/formats.md §3).
/// @dev One MUL adds up ten products. A block of 30 bytes is ten lanes of 24 bits, each of which holds three bytes; a mask keeps one byte of every lane.
/// With `X = Σ x_j·2^(24j)` and `Y = Σ y_j·2^(24j)`, `j` from 0 to 9, the coefficient of `2^(24·9)` in `X·Y` is `Σ x_j·y_(9−j)`: one of the two blocks has to stand in
/// reverse order. Masked at byte `c` of a lane on one side and at byte `2 − c` on the other, every product is 16 bits further up, so that those sums end up in the 24 bits
/// from bit 232 on, and whatever is above them falls off the word. They are exact as long as no coefficient reaches `2^24`:
/// a block adds at most `30·255² = 1,950,750` to each, so up to eight blocks may be added before the sums are taken out.
library Sketch {
    /// @dev The lowest byte of every lane; the others are 8 and 16 bits above.
    uint256 private constant LOW = 0x0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff;
    uint256 private constant MIDDLE = 0x00ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff00;
    uint256 private constant HIGH = 0xff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000;

    uint256 private constant BLOCK = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;

    uint256 private constant BYTES_01 = 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant BYTES_80 = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant EVEN_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant EVEN_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant EVEN_QUADS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant EVEN_OCTETS = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
    uint256 private constant ONES_32 = 0x0000000100000001000000010000000100000001000000010000000100000001;

    /// @dev Byte `c` of every lane of 32 bits.
    uint256 private constant BYTE_0 = 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff;
    uint256 private constant BYTE_1 = 0x0000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff00;
    uint256 private constant BYTE_2 = 0x00ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff0000;
    uint256 private constant BYTE_3 = 0xff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000;
    uint256 private constant RING = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;

    /// @notice `⟨x, y⟩` of two sketches of `k` coordinates.
    /// @param u Coordinates in their order, `k` bytes: a record's. @param v Coordinates in reverse order, `k` bytes: a call's.
    /// @param sumU `Σ u`. @param sumV `Σ v`.
    function dot(bytes calldata u, bytes calldata v, uint256 sumU, uint256 sumV) internal pure returns (int256) {
        return _centred(rawDot(u, v), sumU + sumV, u.length);
    }

    /// @notice `Σ u·v` on the stored bytes, the second sketch in reverse order. Both must be as long, a multiple of 32, at most 4096.
    /// @dev Words are read 2 bytes early, and of `v` up to 32: a sketch never stands at the beginning of calldata.
    function rawDot(bytes calldata u, bytes calldata v) internal pure returns (uint256 sum) {
        assembly ("memory-safe") {
            // A block is the low 30 bytes of a word; the one at `y` is the counterpart of that at `x`.
            let x := sub(u.offset, 2)
            let y := add(sub(v.offset, 32), u.length)
            let end := add(x, u.length)
            // Eight blocks a round, written out: a function for one would not be inlined.
            for {} lt(add(x, 239), end) {
                x := add(x, 240)
                y := sub(y, 240)
            } {
                let a := calldataload(x)
                let b := calldataload(y)
                let coefficients := add(
                    mul(and(a, LOW), and(b, HIGH)),
                    add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                )
                a := calldataload(add(x, 30))
                b := calldataload(sub(y, 30))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 60))
                b := calldataload(sub(y, 60))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 90))
                b := calldataload(sub(y, 90))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 120))
                b := calldataload(sub(y, 120))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 150))
                b := calldataload(sub(y, 150))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 180))
                b := calldataload(sub(y, 180))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                a := calldataload(add(x, 210))
                b := calldataload(sub(y, 210))
                coefficients := add(
                    coefficients,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
                sum := add(sum, shr(232, coefficients))
            }
            // At most seven blocks and a part of one are left.
            let rest := 0
            for {} lt(add(x, 29), end) {
                x := add(x, 30)
                y := sub(y, 30)
            } {
                let a := calldataload(x)
                let b := calldataload(y)
                rest := add(
                    rest,
                    add(
                        mul(and(a, LOW), and(b, HIGH)),
                        add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                    )
                )
            }
            // What lies behind the end of `u` counts nothing, so what lies before the beginning of `v` does not either. Where nothing is left, all is shifted out.
            let behind := shl(3, sub(add(x, 30), end))
            let a := shl(behind, shr(behind, and(calldataload(x), BLOCK)))
            let b := calldataload(y)
            rest := add(
                rest,
                add(
                    mul(and(a, LOW), and(b, HIGH)),
                    add(mul(and(a, MIDDLE), and(b, MIDDLE)), mul(and(a, HIGH), and(b, LOW)))
                )
            )
            sum := add(sum, shr(232, rest))
        }
    }

    /// @notice `⟨x, y⟩` of two sketches that both stand in order, as records do.
    function dotInOrder(bytes calldata u, bytes calldata v, uint256 sumU, uint256 sumV) internal pure returns (int256) {
        return _centred(_rawDotInOrder(u, v), sumU + sumV, u.length);
    }

    /// @notice What a leaf states beside its sketch: whether no byte is 0, `Σ u`, and `Σ x²`. The length is a multiple of 32, at most 4096.
    function sums(bytes calldata u) internal pure returns (bool whole, uint256 sumU, uint256 sumSq) {
        (whole, sumU) = sumOf(u);
        // Σ (u − 128)² = Σ u² − 256·Σ u + 128²·k, which is not negative.
        unchecked {
            sumSq = _rawDotInOrder(u, u) + 16384 * u.length - 256 * sumU;
        }
    }

    /// @notice Whether no byte is 0, and the sum of all bytes. The length is a multiple of 32, at most 4096.
    function sumOf(bytes calldata u) internal pure returns (bool whole, uint256 sumU) {
        assembly ("memory-safe") {
            let lanes := 0
            let zeros := 0
            let at := u.offset
            for {
                let end := add(at, u.length)
            } lt(at, end) {
                at := add(at, 32)
            } {
                let word := calldataload(at)
                // Bit 7 of some byte is set exactly if there is a byte 0 (the lowest such byte is always found).
                zeros := or(zeros, and(and(sub(word, BYTES_01), not(word)), BYTES_80))
                // Lanes of 16 bits: 128 words add at most 128·2·255 = 65,280.
                lanes := add(lanes, add(and(word, EVEN_BYTES), and(shr(8, word), EVEN_BYTES)))
            }
            lanes := add(and(lanes, EVEN_PAIRS), and(shr(16, lanes), EVEN_PAIRS))
            // The eight lanes of 32 bits add up in the highest.
            sumU := shr(224, mul(lanes, ONES_32))
            whole := iszero(zeros)
        }
    }

    /// @dev `Σ u·v` of two sketches that both stand in order; as long, a multiple of 32, at most 4096.
    /// A word is eight lanes of 32 bits, lane `i` from bit `32·i` on. The lanes of each half of `v`'s word are put into reverse order, so that lane `i` of `u` meets its
    /// counterpart in lane `3 − i` or, in the upper half, `11 − i`. Modulo `2^256 − 1` the word is a ring, in which both pairs belong to lane 3 (`11 = 3 + 8`) and no other pair does.
    /// A mask keeps byte `c` of every lane on both sides, so the products of class `c` are `16·c` bits further up: its sums are the 32 bits from `96 + 16·c` on. Each of its lanes gains
    /// at most `8·255² = 520,200` a word, and 128 words make `66,585,600 < 2^32`: no lane runs into the next. Of classes 1 and 3 the last lane goes round to bit 0, where what runs over
    /// is less than `2^16` and below their first lane; a carry out of the word is lost there, and nothing of lane 3 with it.
    function _rawDotInOrder(bytes calldata u, bytes calldata v) private pure returns (uint256 sum) {
        assembly ("memory-safe") {
            let class0 := 0
            let class1 := 0
            let class2 := 0
            let class3 := 0
            let at := u.offset
            let apart := sub(v.offset, at)
            for {
                let end := add(at, u.length)
            } lt(at, end) {
                at := add(at, 32)
            } {
                let a := calldataload(at)
                let b := calldataload(add(at, apart))
                // Swaps the halves of each half, then the lanes of each quarter: the difference of two neighbours, added to both without carry.
                b := xor(b, mul(and(xor(b, shr(64, b)), EVEN_OCTETS), 0x10000000000000001))
                b := xor(b, mul(and(xor(b, shr(32, b)), EVEN_QUADS), 0x100000001))
                class0 := add(class0, mulmod(and(a, BYTE_0), and(b, BYTE_0), RING))
                class1 := add(class1, mulmod(and(a, BYTE_1), and(b, BYTE_1), RING))
                class2 := add(class2, mulmod(and(a, BYTE_2), and(b, BYTE_2), RING))
                class3 := add(class3, mulmod(and(a, BYTE_3), and(b, BYTE_3), RING))
            }
            sum := add(
                add(and(shr(96, class0), 0xffffffff), and(shr(112, class1), 0xffffffff)),
                add(and(shr(128, class2), 0xffffffff), and(shr(144, class3), 0xffffffff))
            )
        }
    }

    /// @dev `Σ (u − 128)(v − 128)`.
    function _centred(uint256 raw, uint256 bothSums, uint256 k) private pure returns (int256) {
        unchecked {
            return int256(raw + 16384 * k) - int256(128 * bothSums);
        }
    }
}

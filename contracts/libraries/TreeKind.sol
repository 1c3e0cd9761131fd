// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The kinds of sum trees: payload tags and depths (docs/formats.md §3).
library TreeKind {
    uint8 internal constant CONTENT = 0x01;
    uint8 internal constant INDEX = 0x02;
    uint8 internal constant RECEIPT = 0x03;
    uint8 internal constant SKETCH = 0x04;
    uint8 internal constant ENTRY = 0x05;
    uint8 internal constant TRACE = 0x06;
    uint8 internal constant TALLY = 0x07;
    uint8 internal constant POINTS = 0x08;
    uint8 internal constant GROUP = 0x09;
    uint8 internal constant EARNING = 0x0a;
    uint8 internal constant PAYOUT = 0x0b;

    uint256 internal constant CONTENT_DEPTH = 24;
    uint256 internal constant INDEX_DEPTH = 32;
    uint256 internal constant RECEIPT_DEPTH = 24;
    uint256 internal constant SKETCH_DEPTH = 24;
    uint256 internal constant ENTRY_DEPTH = 8;
    uint256 internal constant TRACE_DEPTH = 28;
    uint256 internal constant TALLY_DEPTH = 28;
    uint256 internal constant POINTS_DEPTH = 32;
    uint256 internal constant GROUP_DEPTH = 16;
    uint256 internal constant EARNING_DEPTH = 32;
    uint256 internal constant PAYOUT_DEPTH = 28;

    /// @dev A byte for each tag: its depth.
    uint256 private constant DEPTHS =
        (CONTENT_DEPTH << (CONTENT << 3)) |
            (INDEX_DEPTH << (INDEX << 3)) |
            (RECEIPT_DEPTH << (RECEIPT << 3)) |
            (SKETCH_DEPTH << (SKETCH << 3)) |
            (ENTRY_DEPTH << (ENTRY << 3)) |
            (TRACE_DEPTH << (TRACE << 3)) |
            (TALLY_DEPTH << (TALLY << 3)) |
            (POINTS_DEPTH << (POINTS << 3)) |
            (GROUP_DEPTH << (GROUP << 3)) |
            (EARNING_DEPTH << (EARNING << 3)) |
            (PAYOUT_DEPTH << (PAYOUT << 3));
    /// @dev A byte for each tag: the bytes of its payload.
    uint256 private constant PAYLOAD_BYTES =
        (uint256(33) << (CONTENT << 3)) |
            (uint256(211) << (RECEIPT << 3)) |
            (uint256(33) << (ENTRY << 3)) |
            (uint256(163) << (TRACE << 3)) |
            (uint256(7) << (TALLY << 3)) |
            (uint256(111) << (POINTS << 3)) |
            (uint256(111) << (GROUP << 3)) |
            (uint256(9) << (EARNING << 3)) |
            (uint256(50) << (PAYOUT << 3));

    /// @notice Depth of a kind; 0 for a tag that is none.
    function depthOf(uint8 tag) internal pure returns (uint256) {
        return (DEPTHS >> (uint256(tag) << 3)) & 0xff;
    }

    /// @notice Bytes of a kind's payload, its tag included; 0 for the kinds whose payload has a sketch, and for a tag that is none.
    function payloadBytes(uint8 tag) internal pure returns (uint256) {
        return (PAYLOAD_BYTES >> (uint256(tag) << 3)) & 0xff;
    }
}

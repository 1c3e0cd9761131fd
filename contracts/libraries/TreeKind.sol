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

    /// @notice Depth of a kind; 0 for a tag that is none.
    function depthOf(uint8 tag) internal pure returns (uint256) {
        if (tag == CONTENT || tag == RECEIPT || tag == SKETCH) return 24;
        if (tag == INDEX || tag == POINTS || tag == EARNING) return 32;
        if (tag == TRACE || tag == TALLY || tag == PAYOUT) return 28;
        if (tag == GROUP) return GROUP_DEPTH;
        if (tag == ENTRY) return ENTRY_DEPTH;
        return 0;
    }

    /// @notice Bytes of a kind's payload, its tag included; 0 for the kinds whose payload has a sketch, and for a tag that is none.
    function payloadBytes(uint8 tag) internal pure returns (uint256) {
        if (tag == ENTRY || tag == CONTENT) return 33;
        if (tag == TRACE) return 163;
        if (tag == GROUP || tag == POINTS) return 111;
        if (tag == TALLY) return 7;
        if (tag == EARNING) return 9;
        if (tag == PAYOUT) return 50;
        if (tag == RECEIPT) return 211;
        return 0;
    }
}

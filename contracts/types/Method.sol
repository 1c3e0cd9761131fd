// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice How influence is computed for one attribution index (docs/formats.md §6, §7.4).
struct Method {
    /// Coordinates of a sketch; a multiple of 32, 32 to 4096.
    uint16 k;
    /// Length of the helpful and of the harmful list of a call (`K`), 1 to 256.
    uint16 topK;
    /// Share of a call's amount that its harmful list debits, in 1/256, at most 256.
    uint16 debitFactor;
    /// Cosine from which a record is a copy, in 1/65536.
    uint32 tau;
    /// Width of the ramp below `tau`, in 1/65536, 0 < delta <= tau.
    uint32 delta;
    /// Agreeing bits from which two content signatures are near; above 256: off.
    uint16 signatureMatch;
    /// Hash of the canonical JSON that describes how sketches are made.
    bytes32 sketchSpec;
}

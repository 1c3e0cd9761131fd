// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PositionId} from "./Ids.sol";

/// @notice What a developer up the lineage is paid from every fee of a derived model.
struct Ancestor {
    PositionId position;
    uint16 bps;
}

/// @notice How a fee is divided, in basis points; together with the ancestors' they add up to 10,000 (docs/formats.md §6.2).
struct Split {
    uint16 treasury;
    uint16 gateway;
    uint16 curators;
    uint16 stakers;
    uint16 developer;
    uint16 data;
}

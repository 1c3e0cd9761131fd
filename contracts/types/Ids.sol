// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Identifiers of the protocol: each counts from 1 (epochs from 0) and is never reused.

type DatanetId is uint64;
type ContributionId is uint64;
type ModelId is uint64;
/// @dev Unique over all models.
type ModelVersion is uint64;
/// @dev The ERC-721 token id in RoyaltyPositions, and the leaf's place in the payouts tree.
type PositionId is uint64;
type SettlementId is uint64;
type Epoch is uint64;
/// @dev A pool of stake in OperatorStaking.
type PoolId is uint64;
/// @dev A round of votes in ContributionReview.
type RoundId is uint64;

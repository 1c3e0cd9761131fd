// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {PositionId} from "../types/Ids.sol";

/// @notice Rights to royalty streams as ERC-721 tokens, numbered 1, 2, 3 …; the owner of a token is whom the ledger pays.
interface IRoyaltyPositions is IERC721 {
    enum PositionKind {
        None,
        Treasury,
        Curator,
        Contributor,
        Developer
    }

    /// @param kind What the income is for.
    /// @param subject The datanet (curator, contributor) or the model (developer); 0 for the treasury.
    struct Position {
        PositionKind kind;
        uint64 subject;
    }

    event MintersBound(address indexed datanets, address indexed models);
    event PositionCreated(PositionId indexed position, PositionKind indexed kind, uint64 indexed subject, address to);

    error NotMinter(address caller);
    error NotDeployer(address caller);
    error AlreadyBound();
    error PositionIdsExhausted();

    /// @notice Names the two registries that may create positions; once, by the deployer, who has no right but this one.
    function bindMinters(address datanets, address models) external;

    /// @notice Creates the next position; only the registries that were bound at deployment may call. Does not call the receiver.
    function mint(address to, PositionKind kind, uint64 subject) external returns (PositionId);

    function positionOf(PositionId position) external view returns (Position memory);

    /// @notice How often a position was transferred since it was made: what an owner allowed ends with the next transfer.
    function transferCount(PositionId position) external view returns (uint64);

    /// @notice How many positions exist; ids run from 1 (the treasury's, made at deployment) to this.
    function positionCount() external view returns (uint64);
}

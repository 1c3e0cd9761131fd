// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PositionId} from "../types/Ids.sol";

/// @notice Rights to royalty streams as ERC-721 tokens, numbered 1, 2, 3 …; the owner of a token is whom the vaults pay. The contract has all
/// functions and events of IERC721 and IERC721Metadata, whose transfers and approvals take no ether.
/// @dev A token's word holds its owner and, in bits of no other use, what the position was paid through the primary vault. So a claim reads and writes
/// one word, which is never 0.
interface IRoyaltyPositions {
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
    error NotVault(address caller);
    error AlreadyBound();
    error PositionIdsExhausted();
    /// @notice No position can be paid so much by the primary vault: 2^95 base units.
    error CumulativeTooLarge(PositionId position, uint128 cumulative);
    error EtherNotAccepted();

    /// @notice Names the two registries that may create positions; once, by the deployer, who has no right but this one.
    function bindMinters(address datanets, address models) external;

    /// @notice Creates the next position; only the registries that were bound at deployment may call. Does not call the receiver.
    function mint(address to, PositionKind kind, uint64 subject) external returns (PositionId);

    /// @notice Raises what a position was paid of its attributed income to `cumulative`, base units; only the primary vault. Never lowers it.
    /// @return owner Of the token. @return claimed What it was paid before. @return hasDirect Whether it was marked as having direct income.
    function raiseTo(
        PositionId position,
        uint128 cumulative
    ) external returns (address owner, uint128 claimed, bool hasDirect);

    /// @notice Marks a position as having direct income, for good; only the primary vault.
    function markDirect(PositionId position) external;

    function positionOf(PositionId position) external view returns (Position memory);

    /// @notice Attributed income that the primary vault paid the position so far, base units.
    function claimedOf(PositionId position) external view returns (uint128);

    /// @notice How often a position was transferred since it was made: what an owner allowed ends with the next transfer.
    function transferCount(PositionId position) external view returns (uint64);

    /// @notice How many positions exist; ids run from 1 (the treasury's, made at deployment) to this.
    function positionCount() external view returns (uint64);

    /// @notice The primary vault, made at deployment.
    function vault() external view returns (address);

    /// @notice As in IERC721.
    function ownerOf(uint256 tokenId) external view returns (address);
}

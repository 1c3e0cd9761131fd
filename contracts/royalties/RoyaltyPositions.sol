// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {PositionMetadata} from "../libraries/PositionMetadata.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {PositionId} from "../types/Ids.sol";

/// @notice The ERC-721 collection of royalty positions.
contract RoyaltyPositions is ERC721, IRoyaltyPositions {
    address private immutable _deployer;
    address private _datanets;
    address private _models;

    /// @inheritdoc IRoyaltyPositions
    uint64 public positionCount;

    /// @inheritdoc IRoyaltyPositions
    mapping(PositionId => uint64) public transferCount;

    mapping(PositionId => Position) private _positionOf;

    /// @param treasury Owner of position 1, which earns the protocol's share.
    constructor(address treasury) ERC721("Tributary Position", "POSITION") {
        _deployer = msg.sender;
        _create(treasury, PositionKind.Treasury, 0);
    }

    /// @inheritdoc IRoyaltyPositions
    function bindMinters(address datanets, address models) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (_datanets != address(0)) revert AlreadyBound();
        if (datanets == address(0) || models == address(0)) revert NotMinter(address(0));
        _datanets = datanets;
        _models = models;
        emit MintersBound(datanets, models);
    }

    /// @inheritdoc IRoyaltyPositions
    function mint(address to, PositionKind kind, uint64 subject) external returns (PositionId) {
        if (msg.sender != _datanets && msg.sender != _models) revert NotMinter(msg.sender);
        return _create(to, kind, subject);
    }

    /// @inheritdoc IRoyaltyPositions
    function positionOf(PositionId position) external view returns (Position memory) {
        return _positionOf[position];
    }

    /// @notice Metadata of a position as a data URI: it needs no server.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return PositionMetadata.tokenURI(tokenId, _positionOf[PositionId.wrap(uint64(tokenId))]);
    }

    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = super._update(to, tokenId, auth);
        if (from != address(0)) ++transferCount[PositionId.wrap(uint64(tokenId))];
    }

    /// @dev Without the ERC-721 receiver callback: a contributor's contract must not be able to stop an acceptance.
    function _create(address to, PositionKind kind, uint64 subject) private returns (PositionId position) {
        uint64 id = positionCount + 1;
        if (id >> TreeKind.PAYOUT_DEPTH != 0) revert PositionIdsExhausted();
        positionCount = id;
        position = PositionId.wrap(id);
        _positionOf[position] = Position(kind, subject);
        _mint(to, id);
        emit PositionCreated(position, kind, subject, to);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {PositionMetadata} from "../libraries/PositionMetadata.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {PositionId} from "../types/Ids.sol";
import {RoyaltyVault} from "./RoyaltyVault.sol";

/// @notice The ERC-721 collection of royalty positions.
contract RoyaltyPositions is ERC721, IRoyaltyPositions {
    /// @dev Of the token's extra data: marks direct income. The bits below are what the primary vault paid.
    uint96 private constant HAS_DIRECT = 1 << 95;
    uint96 private constant CLAIMED = HAS_DIRECT - 1;
    /// @dev Of a token's word: the bits above its owner.
    uint256 private constant EXTRA_DATA = 160;
    /// @dev Solady's, which is private there.
    uint256 private constant WORDS_SEED = 0x7d8825530a5a2e7a << 192;

    address private immutable _deployer;
    /// @inheritdoc IRoyaltyPositions
    /// @dev Made here, so that both can know each other without a storage read per claim.
    address public immutable vault;

    address private _datanets;
    address private _models;

    /// @inheritdoc IRoyaltyPositions
    uint64 public positionCount;

    /// @inheritdoc IRoyaltyPositions
    mapping(PositionId => uint64) public transferCount;

    mapping(PositionId => Position) private _positionOf;

    /// @param treasury Owner of position 1, which earns the protocol's share. @param token Paid by the primary vault; at most 2^95 base units of it
    /// can ever go to one position.
    constructor(address treasury, IERC20 token) {
        _deployer = msg.sender;
        vault = address(new RoyaltyVault(token, this, msg.sender));
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

    // --- called by the primary vault ---

    /// @inheritdoc IRoyaltyPositions
    function raiseTo(
        PositionId position,
        uint128 cumulative
    ) external returns (address owner, uint128 claimed, bool hasDirect) {
        if (msg.sender != vault) revert NotVault(msg.sender);
        if (cumulative > CLAIMED) revert CumulativeTooLarge(position, cumulative);
        (uint256 slot, uint256 word) = _wordOf(PositionId.unwrap(position));
        owner = address(uint160(word));
        if (owner == address(0)) revert TokenDoesNotExist();
        uint256 data = word >> EXTRA_DATA;
        claimed = uint128(data & CLAIMED);
        hasDirect = data >= HAS_DIRECT;
        if (cumulative <= claimed) return (owner, claimed, hasDirect);
        unchecked {
            // It fits its bits, so nothing is carried over.
            word += uint256(cumulative - claimed) << EXTRA_DATA;
        }
        assembly ("memory-safe") {
            sstore(slot, word)
        }
    }

    /// @inheritdoc IRoyaltyPositions
    function markDirect(PositionId position) external {
        if (msg.sender != vault) revert NotVault(msg.sender);
        uint256 id = PositionId.unwrap(position);
        _setExtraData(id, _getExtraData(id) | HAS_DIRECT);
    }

    // --- ERC-721 ---

    /// @notice As in IERC721.
    function approve(address account, uint256 id) public payable override {
        _refuseEther();
        super.approve(account, id);
    }

    /// @notice As in IERC721; both `safeTransferFrom` come here too.
    function transferFrom(address from, address to, uint256 id) public payable override {
        _refuseEther();
        super.transferFrom(from, to, id);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyPositions
    function positionOf(PositionId position) external view returns (Position memory) {
        return _positionOf[position];
    }

    /// @inheritdoc IRoyaltyPositions
    function claimedOf(PositionId position) external view returns (uint128) {
        return _getExtraData(PositionId.unwrap(position)) & CLAIMED;
    }

    /// @inheritdoc IRoyaltyPositions
    function ownerOf(uint256 id) public view override(ERC721, IRoyaltyPositions) returns (address) {
        return super.ownerOf(id);
    }

    /// @notice Name of the collection.
    function name() public pure override returns (string memory) {
        return "Tributary Position";
    }

    /// @notice Symbol of the collection.
    function symbol() public pure override returns (string memory) {
        return "POSITION";
    }

    /// @notice Metadata of a position as a data URI: it needs no server.
    function tokenURI(uint256 id) public view override returns (string memory) {
        if (!_exists(id)) revert TokenDoesNotExist();
        return PositionMetadata.tokenURI(id, _positionOf[PositionId.wrap(uint64(id))]);
    }

    // --- internal ---

    function _afterTokenTransfer(address from, address, uint256 id) internal override {
        if (from != address(0)) ++transferCount[PositionId.wrap(uint64(id))];
    }

    /// @dev The standard lets these functions take ether, which nobody could take out again.
    function _refuseEther() private view {
        if (msg.value != 0) revert EtherNotAccepted();
    }

    /// @dev The word of a token, and where it stands, as laid out in Solady's ERC721: its own functions read it again for each part.
    function _wordOf(uint256 id) private view returns (uint256 slot, uint256 word) {
        assembly ("memory-safe") {
            mstore(0x00, id)
            mstore(0x1c, WORDS_SEED)
            slot := add(id, add(id, keccak256(0x00, 0x20)))
            word := sload(slot)
        }
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

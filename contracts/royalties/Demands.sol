// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDemands} from "../interfaces/IDemands.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IModelTill} from "../interfaces/IModelTill.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {Answers} from "../libraries/Answers.sol";
import {Burning} from "../libraries/Burning.sol";
import {DemandKeys} from "../libraries/DemandKeys.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Root} from "../types/Root.sol";
import {Commitments} from "./courts/Commitments.sol";
import {LedgerCourt} from "./courts/LedgerCourt.sol";
import {Penalizing} from "./courts/Penalizing.sol";

/// @notice Demands against one ledger's proposals and inputs. Nobody has a right in it.
contract Demands is Commitments, Penalizing, ReentrancyGuardTransient {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev Demands of a commit after which the deposit doubles, and again after as many.
    uint32 private constant DOUBLING = 16;

    /// @dev Where a node stands. @param tree Of it, as DemandKeys encodes it. @param depth Of its tree.
    struct Place {
        bytes tree;
        uint8 depth;
        uint8 level;
        uint64 index;
    }

    IERC20 private immutable _token;
    uint128 private immutable _deposit;

    /// @inheritdoc IDemands
    uint256 public demandCount;
    /// @inheritdoc IDemands
    uint256 public owed;
    /// @inheritdoc IDemands
    mapping(bytes32 key => uint256 id) public demandWith;
    mapping(uint256 id => Demand) private _demands;
    mapping(bytes32 commit => uint32) private _made;

    constructor(
        IRoyaltyLedger ledger,
        IModelRegistry models,
        IOperatorStaking staking,
        Parameters memory p,
        Penalties memory penalties_
    ) LedgerCourt(ledger) Commitments(models, p) Penalizing(staking, penalties_) {
        if (p.deposit == 0) revert InvalidParameter("deposit");
        _token = IERC20(ledger.token());
        _deposit = p.deposit;
    }

    /// @inheritdoc IDemands
    function demand(
        Commitment calldata commitment,
        Link[] calldata path,
        uint64 index,
        Root calldata node,
        bytes calldata opening
    ) external nonReentrant returns (uint256 id) {
        (Root memory root, uint48 latest) = _requireLive(commitment);
        Place memory place = _find(root, commitment.kind, path, index, node, opening);
        place.tree = DemandKeys.encodeTree(commitment, path);
        uint48 until = uint48(block.timestamp) + _answerSeconds + _reactionSeconds;
        if (until > latest) revert TooLate(until, latest);
        id = ++demandCount;
        uint128 deposit = _book(id, commitment, place, node, until - _reactionSeconds);
        _hold(commitment, until);
        uint256 received = _token.take(msg.sender, deposit);
        if (received != deposit) revert AmountMismatch(deposit, received);
    }

    /// @inheritdoc IDemands
    function answer(uint256 id, bytes calldata answer_) external nonReentrant {
        Demand storage answered = _open(id);
        if (block.timestamp > answered.deadline) revert DemandOverdue(id, answered.deadline);
        if (!Answers.isAnswer(answered.hash, answered.level, answered.depth, answer_)) revert NotAnAnswer(id);
        uint128 deposit = _close(answered, Status.Answered);
        emit Answered(id, msg.sender, _deposit, deposit - _deposit, answer_);
        _token.safeTransfer(msg.sender, _deposit);
        _token.burn(deposit - _deposit);
    }

    /// @inheritdoc IDemands
    function endUnanswered(uint256 id) external nonReentrant {
        Demand storage unanswered = _open(id);
        if (block.timestamp <= unanswered.deadline) revert DemandNotOverdue(id, unanswered.deadline);
        address demander = unanswered.demander;
        Commitment memory commitment = unanswered.commitment;
        uint128 deposit = _close(unanswered, Status.Unanswered);
        uint128 reward = _end(commitment, demander);
        emit EndedUnanswered(id, demander, _payBack(demander, deposit), reward);
    }

    /// @inheritdoc IDemands
    function refund(uint256 id) external nonReentrant {
        Demand storage refunded = _open(id);
        if (_isLive(refunded.commitment)) revert StillLive(id);
        uint128 deposit = _close(refunded, Status.Refunded);
        emit Refunded(id, refunded.demander, deposit);
        _token.safeTransfer(refunded.demander, deposit);
    }

    // --- views ---

    /// @inheritdoc IDemands
    function parameters() external view returns (Parameters memory) {
        return Parameters(_answerSeconds, _reactionSeconds, _deposit);
    }

    /// @inheritdoc IDemands
    function demandOf(uint256 id) external view returns (Demand memory) {
        return _demands[id];
    }

    /// @inheritdoc IDemands
    function demandsOf(Commitment calldata commitment) external view returns (uint32) {
        return _made[_commitOf(commitment)];
    }

    /// @inheritdoc IDemands
    function depositFor(Commitment calldata commitment) external view returns (uint128) {
        return _depositAt(_made[_commitOf(commitment)]);
    }

    // --- internal ---

    /// @dev Follows the path and the opening to a node that must be there.
    function _find(
        Root memory root,
        uint8 kind,
        Link[] calldata path,
        uint64 index,
        Root calldata node,
        bytes calldata opening
    ) private pure returns (Place memory place) {
        place.index = index;
        place.level = uint8(SumTree.levelOf(opening));
        (root, place.depth) = DemandKeys.follow(root, kind, path);
        (bool ok, ) = SumTree.verifyNode(root, place.depth, index, node.hash, node.sum, opening);
        if (!ok || node.hash == 0) revert NoSuchNode();
    }

    /// @dev Remembers the demand by its bytes. An inner node's preimage is in the answer for each node up to four levels above it, so there is none for one
    /// below a demand that stands; a leaf's is in its own answer only.
    function _register(uint256 id, Place memory place) private returns (bytes memory key) {
        key = DemandKeys.encodeNode(place.tree, place.level, place.index);
        _requireNew(keccak256(key));
        if (place.level != place.depth) {
            for (uint8 up = 1; up < Answers.LEVELS && up <= place.level; ++up) {
                _requireNew(keccak256(DemandKeys.encodeNode(place.tree, place.level - up, place.index >> up)));
            }
        }
        demandWith[keccak256(key)] = id;
    }

    function _requireNew(bytes32 key) private view {
        uint256 same = demandWith[key];
        if (same != 0) revert AlreadyDemanded(same);
    }

    function _book(
        uint256 id,
        Commitment calldata commitment,
        Place memory place,
        Root calldata node,
        uint48 deadline
    ) private returns (uint128 deposit) {
        bytes memory key = _register(id, place);
        bytes32 commit = _commitOf(commitment);
        deposit = _depositAt(_made[commit]++);
        owed += deposit;
        _demands[id] = Demand({
            demander: msg.sender,
            deadline: deadline,
            level: place.level,
            depth: place.depth,
            status: Status.Open,
            commitment: commitment,
            deposit: deposit,
            hash: node.hash
        });
        emit Demanded(id, commit, msg.sender, key, node, deposit, deadline);
    }

    /// @dev Every demand that ended inputs is a case; the reward is the demander's.
    function _caseOf(uint256 id) internal view override returns (Case memory found) {
        Demand memory ended = _demands[id];
        uint8 kind = ended.commitment.kind;
        if (ended.status != Status.Unanswered || (kind != TreeKind.SKETCH && kind != TreeKind.RECEIPT)) {
            revert NothingToPenalize(id);
        }
        found.rewardTo = ended.demander;
        found.settlement = SettlementId.wrap(ended.commitment.id);
        found.commit = ended.commitment.sub;
        if (kind == TreeKind.SKETCH) {
            // The demand came in time for the readiness of the sketches.
            found.until = _answerableUntil(found.settlement, found.commit, ended.deadline + _reactionSeconds);
        } else {
            IRoyaltyLedger.Settlement memory voided = _ledger.settlementOf(found.settlement);
            found.until = voided.openedAt + answerableSeconds;
            found.gateway = IModelTill(voided.till).gateway();
        }
    }

    function _open(uint256 id) private view returns (Demand storage found) {
        found = _demands[id];
        if (found.status != Status.Open) revert DemandNotOpen(id);
    }

    function _close(Demand storage closed, Status status) private returns (uint128 deposit) {
        closed.status = status;
        deposit = closed.deposit;
        owed -= deposit;
    }

    /// @dev Returns a deposit as part of an ending, which must not depend on whether the demander can receive: else it burns.
    function _payBack(address demander, uint128 deposit) private returns (uint128 paid) {
        if (_token.trySafeTransfer(demander, deposit)) return deposit;
        _token.burn(deposit);
        return 0;
    }

    function _depositAt(uint32 made) private view returns (uint128) {
        uint256 doublings = made / DOUBLING;
        // Nobody has as much, so this is not met in earnest.
        if (doublings >= 128 || _deposit > type(uint128).max >> doublings) revert TooManyDemands(made);
        return _deposit << uint128(doublings);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IDemands} from "../interfaces/IDemands.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../interfaces/ISketchDisputes.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {Burning} from "../libraries/Burning.sol";
import {DemandKeys} from "../libraries/DemandKeys.sol";
import {SketchVotes} from "../libraries/SketchVotes.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {StakeVotes} from "../staking/StakeVotes.sol";
import {DatanetId, PoolId, RoundId, SettlementId} from "../types/Ids.sol";
import {Verdict} from "../types/Verdict.sol";
import {Disputables} from "./courts/Disputables.sol";

/// @notice Disputes over the sketches of one ledger's calls, and of indexes: attested by attributors' stake, not proven. Nobody has a right in it.
contract SketchDisputes is StakeVotes, Disputables {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    DatanetId private constant ALL_ATTRIBUTORS = DatanetId.wrap(0);
    /// @dev Cap of `bondBps`: a bond that honest disputers cannot raise would let every sketch pass.
    uint16 private constant MOST_BOND_BPS = 2_000;
    /// @dev Cap of `unansweredBps`: nobody should lose more because others were silent.
    uint16 private constant MOST_UNANSWERED_BPS = 5_000;
    /// @dev Neither ledger nor models hold anything for longer.
    uint48 private constant MOST_HOLD = 30 days;

    IERC20 private immutable _token;
    uint48 private immutable _resolveSeconds;
    uint128 private immutable _bondFloor;
    uint16 private immutable _bondBps;
    uint16 private immutable _unansweredBps;
    uint16 private immutable _signerFault;
    uint16 private immutable _signerBps;
    uint16 private immutable _admittedBps;
    /// @inheritdoc ISlasher
    uint48 public immutable answerableSeconds;

    /// @inheritdoc ISketchDisputes
    uint256 public owed;
    /// @inheritdoc ISketchDisputes
    mapping(RoundId => mapping(PoolId => bool)) public hasAdmitted;
    mapping(RoundId => Dispute) private _disputes;
    mapping(bytes32 key => RoundId) private _disputeWith;
    /// @dev Of each commit, by its name: the earliest of the disputes that found a sketch of it false, as far as they are resolved.
    mapping(bytes32 commit => RoundId) private _decisive;

    constructor(
        IRoyaltyLedger ledger,
        IModelRegistry models,
        IOperatorStaking staking,
        Parameters memory p,
        VoteTerms memory votes
    ) StakeVotes(staking, IOperatorStaking.PoolKind.Attributor, votes) Disputables(ledger, models) {
        uint48 window = ledger.parameters().sketchWindowSeconds;
        _requireWindow(p.resolveSeconds, "resolveSeconds");
        uint48 hold = votes.commitSeconds + votes.revealSeconds + p.resolveSeconds;
        if (hold > MOST_HOLD) revert InvalidParameter("resolveSeconds");
        if (p.bondFloor == 0) revert InvalidParameter("bondFloor");
        if (p.bondBps > MOST_BOND_BPS) revert InvalidParameter("bondBps");
        if (p.unansweredBps == 0 || p.unansweredBps > MOST_UNANSWERED_BPS) revert InvalidParameter("unansweredBps");
        if (p.signerBps == 0 || p.signerBps > BPS) revert InvalidParameter("signerBps");
        if (p.admittedBps > p.signerBps) revert InvalidParameter("admittedBps");
        if (p.answerableSeconds < window + hold + votes.revealSeconds) revert InvalidParameter("answerableSeconds");
        _token = IERC20(ledger.token());
        _resolveSeconds = p.resolveSeconds;
        _bondFloor = p.bondFloor;
        _bondBps = p.bondBps;
        _unansweredBps = p.unansweredBps;
        _signerFault = p.signerFault;
        _signerBps = p.signerBps;
        _admittedBps = p.admittedBps;
        answerableSeconds = p.answerableSeconds;
    }

    /// @inheritdoc ISketchDisputes
    function dispute(
        IDemands.Commitment calldata commitment,
        uint32 place
    ) external nonReentrant returns (RoundId round) {
        Disputable memory disputed = _requirePending(commitment);
        if (block.timestamp >= disputed.dueAt) revert DisputeTooLate(commitment, disputed.dueAt);
        if (place >= disputed.count) revert NoSuchSketch(place, disputed.count);
        bytes32 key = _keyOf(commitment, place);
        round = _disputeWith[key];
        if (RoundId.unwrap(round) != 0) revert AlreadyDisputed(round);

        round = _openRound(ALL_ATTRIBUTORS, _staking.attributorStakeAt(_snapshot()));
        uint128 bond = _bondOf(disputed.pool);
        _disputeWith[key] = round;
        _disputes[round] = Dispute({
            disputer: msg.sender,
            committedAt: disputed.committedAt,
            outcome: Outcome.Open,
            commitment: commitment,
            place: place,
            bond: bond
        });
        owed += bond;
        uint48 heldUntil = uint48(block.timestamp) + holdSeconds();
        emit Disputed(round, _commitOf(commitment), msg.sender, commitment, place, bond, heldUntil);
        _hold(commitment, heldUntil);
        uint256 received = _token.take(msg.sender, bond);
        if (received != bond) revert AmountMismatch(bond, received);
    }

    /// @inheritdoc ISketchDisputes
    function revealVote(RoundId round, PoolId pool, bool isUpheld, bytes32 salt) external nonReentrant {
        _reveal(round, pool, isUpheld ? Verdict.Keep : Verdict.Mistake, salt);
        if (!isUpheld) hasAdmitted[round][pool] = true;
    }

    /// @inheritdoc ISketchDisputes
    function resolve(RoundId round) external nonReentrant {
        Dispute storage resolved = _known(round);
        if (resolved.outcome != Outcome.Open) revert AlreadyResolved(round);
        uint48 revealUntil = _rounds[round].revealUntil;
        if (block.timestamp < revealUntil) revert RevealWindowOpen(round, revealUntil);
        (Verdict verdict, bool isAnswered) = verdictOf(round);
        IDemands.Commitment memory commitment = resolved.commitment;
        uint128 bond = resolved.bond;
        uint128 refund = bond;
        Outcome outcome = Outcome.Outside;
        if (!isAnswered) {
            outcome = Outcome.Unanswered;
            // Who disputed what ended anyway delayed nothing.
            if (_isStanding(commitment)) refund -= uint128((uint256(bond) * _unansweredBps) / BPS);
        } else if (verdict == Verdict.Keep) {
            outcome = Outcome.Within;
            refund = 0;
        }
        resolved.outcome = outcome;
        if (outcome == Outcome.Outside) _noteDecisive(round, commitment);
        resolved.bond = 0;
        owed -= bond;
        bool hasEnded = outcome == Outcome.Outside && _isPending(commitment);
        if (hasEnded) _end(commitment, resolved.disputer);
        // An outcome must not depend on whether the disputer can receive: what it cannot burns.
        if (refund != 0 && !_token.trySafeTransfer(resolved.disputer, refund)) refund = 0;
        emit DisputeResolved(round, outcome, hasEnded, refund, bond - refund);
        _token.burn(bond - refund);
    }

    /// @inheritdoc ISketchDisputes
    function penalizeSigner(RoundId round, address[] calldata signers, uint256 place) external nonReentrant {
        Dispute storage upheld = _known(round);
        IDemands.Commitment memory commitment = upheld.commitment;
        bool isSigned = commitment.kind == TreeKind.SKETCH;
        if (upheld.outcome != Outcome.Outside || !isSigned) revert NothingToPenalize(round);
        RoundId decisive = _decisive[_commitOf(commitment)];
        if (RoundId.unwrap(decisive) != RoundId.unwrap(round)) revert NotDecisive(round, decisive);
        // Until then earlier disputes may wait to be resolved, though they could be.
        uint48 from = _rounds[round].revealUntil + _resolveSeconds;
        if (block.timestamp < from) revert PenaltyTooEarly(round, from);
        uint48 until = upheld.committedAt + answerableSeconds;
        if (block.timestamp > until) revert PenaltyTooLate(round, until);
        bytes32 signed = _court.sketchSignersOf(SettlementId.wrap(commitment.id), commitment.sub);
        if (place >= signers.length || keccak256(abi.encodePacked(signers)) != signed) revert WrongSigners(round);
        _slash(round, commitment, signers[place], upheld.disputer);
    }

    // --- views ---

    /// @inheritdoc ISketchDisputes
    function disputeOf(RoundId round) external view returns (Dispute memory) {
        return _known(round);
    }

    /// @inheritdoc ISketchDisputes
    function disputeWith(IDemands.Commitment calldata commitment, uint32 place) external view returns (RoundId) {
        return _disputeWith[_keyOf(commitment, place)];
    }

    /// @inheritdoc ISketchDisputes
    function decisiveDispute(IDemands.Commitment calldata commitment) external view returns (RoundId) {
        return _decisive[_commitOf(commitment)];
    }

    /// @inheritdoc ISketchDisputes
    function bondFor(IDemands.Commitment calldata commitment) external view returns (uint128) {
        return _bondOf(_requirePending(commitment).pool);
    }

    /// @inheritdoc ISketchDisputes
    function holdSeconds() public view returns (uint48) {
        return _commitSeconds + _revealSeconds + _resolveSeconds;
    }

    /// @inheritdoc ISketchDisputes
    function parameters() external view returns (Parameters memory) {
        return
            Parameters({
                resolveSeconds: _resolveSeconds,
                bondFloor: _bondFloor,
                bondBps: _bondBps,
                unansweredBps: _unansweredBps,
                signerFault: _signerFault,
                signerBps: _signerBps,
                admittedBps: _admittedBps,
                answerableSeconds: answerableSeconds
            });
    }

    /// @inheritdoc ISketchDisputes
    function voteTerms() external view returns (VoteTerms memory) {
        return VoteTerms(_commitSeconds, _revealSeconds, _quorumBps, _unrevealedFault, _unrevealedBps);
    }

    // --- internal ---

    /// @dev The staking refuses a second slash for one commit, however many of its sketches are wrong, and one of a pool that there is not.
    function _slash(RoundId round, IDemands.Commitment memory commitment, address signer, address disputer) private {
        PoolId pool = _staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, signer);
        bool isAdmitted = hasAdmitted[round][pool];
        uint16 bps = isAdmitted ? _admittedBps : _signerBps;
        bytes32 caseId = keccak256(abi.encode(address(this), _commitOf(commitment), signer));
        (uint128 slashed, uint128 reward) = _staking.slash(_signerFault, pool, bps, disputer, caseId);
        emit SignerSlashed(round, signer, isAdmitted, slashed, reward);
    }

    /// @dev Disputes are resolved in any order; rounds are numbered in the order of their creation.
    function _noteDecisive(RoundId round, IDemands.Commitment memory commitment) private {
        bytes32 commit = _commitOf(commitment);
        uint64 earliest = RoundId.unwrap(_decisive[commit]);
        if (earliest == 0 || RoundId.unwrap(round) < earliest) _decisive[commit] = round;
    }

    function _commitmentFor(
        RoundId round,
        address voter,
        Verdict verdict,
        bytes32 salt
    ) internal view override returns (bytes32) {
        return SketchVotes.commitmentOf(block.chainid, address(_ledger), round, voter, verdict == Verdict.Keep, salt);
    }

    function _known(RoundId round) private view returns (Dispute storage known) {
        known = _disputes[round];
        if (known.disputer == address(0)) revert UnknownDispute(round);
    }

    function _bondOf(uint128 pool) private view returns (uint128) {
        uint128 share = uint128((uint256(pool) * _bondBps) / BPS);
        return share > _bondFloor ? share : _bondFloor;
    }

    /// @dev Names the commit (docs/formats.md §9).
    function _commitOf(IDemands.Commitment memory commitment) private pure returns (bytes32) {
        return keccak256(DemandKeys.encode(commitment));
    }

    function _keyOf(IDemands.Commitment memory commitment, uint32 place) private pure returns (bytes32) {
        return keccak256(abi.encode(_commitOf(commitment), place));
    }
}

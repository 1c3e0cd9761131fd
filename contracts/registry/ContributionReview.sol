// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IContributionReview} from "../interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {ReviewVotes} from "../libraries/ReviewVotes.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {StakeVotes} from "../staking/StakeVotes.sol";
import {ContributionId, DatanetId, PoolId, RoundId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";
import {Verdict} from "../types/Verdict.sol";

/// @notice Reviews contributions before they are accepted.
contract ContributionReview is StakeVotes, IContributionReview {
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev The registry refuses a larger one.
    uint16 private constant MOST_REWARD_BPS = 5_000;
    DatanetId private constant ALL_DATANETS = DatanetId.wrap(0);

    /// @dev What becomes of a bond.
    enum Outcome {
        Returned,
        Slashed,
        Unanswered
    }

    IDatanetRegistry private immutable _datanets;
    IERC20 private immutable _token;
    uint128 private immutable _objectionBondFloor;
    uint16 private immutable _objectionBondBps;
    uint48 private immutable _appealSeconds;
    uint16 private immutable _rewardBps;
    uint128 private immutable _leastStake;

    /// @inheritdoc IContributionReview
    uint256 public owed;
    /// @inheritdoc IContributionReview
    mapping(address account => uint128) public creditOf;
    /// @inheritdoc IContributionReview
    mapping(ContributionId => mapping(ContributionId earlier => address)) public proverOf;

    /// @dev Duplicates that are shown and not settled; the contribution stays held while there are any.
    mapping(ContributionId => uint256) private _shown;
    mapping(ContributionId => Objection) private _objections;

    constructor(
        IDatanetRegistry datanets,
        IOperatorStaking staking,
        Parameters memory p
    ) StakeVotes(staking, IOperatorStaking.PoolKind.Validator, _votesOf(p)) {
        _requireWindow(p.appealSeconds, "appealSeconds");
        if (p.objectionBondBps > BPS) revert InvalidParameter("objectionBondBps");
        if (p.rewardBps > MOST_REWARD_BPS) revert InvalidParameter("rewardBps");
        if (uint256(p.objectionBondFloor) * p.rewardBps < BPS) revert InvalidParameter("objectionBondFloor");
        if (p.leastStake == 0) revert InvalidParameter("leastStake");
        _datanets = datanets;
        _token = IERC20(datanets.token());
        _objectionBondFloor = p.objectionBondFloor;
        _objectionBondBps = p.objectionBondBps;
        _appealSeconds = p.appealSeconds;
        _rewardBps = p.rewardBps;
        _leastStake = p.leastStake;
    }

    // --- duplicates ---

    /// @inheritdoc IContributionReview
    function proveDuplicate(
        ContributionId contribution,
        uint64 place,
        ContributionId earlier,
        uint64 earlierPlace,
        bytes32 recordHash,
        bytes calldata opening,
        bytes calldata earlierOpening
    ) external nonReentrant {
        IDatanetRegistry.Contribution memory copy = _requireUnsettled(contribution);
        IDatanetRegistry.Contribution memory original = _datanets.contributionOf(earlier);
        if (_same(contribution, earlier)) {
            if (place == earlierPlace) revert SamePlace(place);
        } else {
            bool isEarlier = ContributionId.unwrap(earlier) < ContributionId.unwrap(contribution);
            if (!isEarlier || DatanetId.unwrap(original.datanet) != DatanetId.unwrap(copy.datanet)) {
                revert NotEarlier(contribution, earlier);
            }
            if (original.status == IDatanetRegistry.ContributionStatus.Rejected) revert EarlierRejected(earlier);
        }
        // A second proof of the same must not take the reward from the first prover.
        if (proverOf[contribution][earlier] != address(0)) revert AlreadyShown(contribution, earlier);
        _requireRecord(copy, place, recordHash, opening);
        _requireRecord(original, earlierPlace, recordHash, earlierOpening);
        emit DuplicateShown(contribution, earlier, msg.sender, recordHash);

        bool stands = _same(contribution, earlier) || original.status == IDatanetRegistry.ContributionStatus.Accepted;
        if (stands && !_isOpen(contribution) && block.timestamp >= _windowEnd(copy)) {
            _reject(contribution, copy.datanet, Verdict.Mistake, msg.sender);
        } else {
            proverOf[contribution][earlier] = msg.sender;
            ++_shown[contribution];
            _hold(contribution, copy.status);
        }
    }

    /// @inheritdoc IContributionReview
    function settleDuplicate(ContributionId contribution, ContributionId earlier) external nonReentrant {
        address prover = proverOf[contribution][earlier];
        if (prover == address(0)) revert NothingShown(contribution, earlier);
        IDatanetRegistry.Contribution memory copy = _requireUnsettled(contribution);
        if (_isOpen(contribution)) revert ObjectionOpen(contribution);
        IDatanetRegistry.ContributionStatus status = _datanets.contributionOf(earlier).status;
        delete proverOf[contribution][earlier];
        uint256 shown = --_shown[contribution];
        if (_same(contribution, earlier) || status == IDatanetRegistry.ContributionStatus.Accepted) {
            uint48 until = _windowEnd(copy);
            if (block.timestamp < until) revert ReviewOpen(contribution, until);
            _reject(contribution, copy.datanet, Verdict.Mistake, prover);
        } else if (status == IDatanetRegistry.ContributionStatus.Rejected) {
            emit DuplicateDismissed(contribution, earlier);
            if (shown == 0) _datanets.release(contribution);
        } else {
            revert EarlierNotSettled(earlier);
        }
    }

    // --- objections ---

    /// @inheritdoc IContributionReview
    function object(
        ContributionId contribution,
        Verdict claimed,
        bytes32 reasonHash,
        string calldata uri
    ) external nonReentrant returns (RoundId round) {
        IDatanetRegistry.Contribution memory judged = _requireUnsettled(contribution);
        Objection storage objection = _objections[contribution];
        if (objection.objector != address(0)) revert AlreadyObjected(contribution);
        if (claimed == Verdict.Keep) revert NothingClaimed();
        uint48 until = _windowEnd(judged);
        if (block.timestamp >= until) revert ReviewWindowOver(contribution, until);

        uint128 bond = _bondFor(judged.bond);
        DatanetId electorate = judged.datanet;
        if (_staking.validatorStakeAt(electorate, _snapshot()) < _leastStake) electorate = ALL_DATANETS;
        round = _openRound(electorate);
        objection.objector = msg.sender;
        objection.claimed = claimed;
        objection.bond = bond;
        objection.round = round;
        emit ObjectionMade(contribution, msg.sender, round, claimed, bond, reasonHash, uri);
        _hold(contribution, judged.status);
        _take(bond);
    }

    /// @inheritdoc IContributionReview
    function appeal(ContributionId contribution) external nonReentrant returns (RoundId round) {
        Objection storage objection = _requireOpen(contribution);
        if (objection.appellant != address(0)) revert AlreadyAppealed(contribution);
        uint48 revealUntil = _rounds[objection.round].revealUntil;
        if (block.timestamp < revealUntil) revert RevealWindowOpen(objection.round, revealUntil);
        IDatanetRegistry.Contribution memory judged = _datanets.contributionOf(contribution);
        uint48 until = _appealUntil(revealUntil, judged);
        if (block.timestamp >= until) revert AppealWindowOver(contribution, until);
        (Verdict verdict, ) = verdictOf(objection.round);
        // Nobody gains by asking for more than malice, or the contributor by asking for more than nothing.
        if (verdict == (msg.sender == judged.contributor ? Verdict.Keep : Verdict.Malice)) {
            revert MayNotAppeal(contribution, msg.sender);
        }

        uint128 bond = 2 * objection.bond;
        round = _openRound(ALL_DATANETS);
        objection.appellant = msg.sender;
        objection.appealRound = round;
        emit AppealMade(contribution, msg.sender, round, bond);
        _take(bond);
    }

    /// @inheritdoc IContributionReview
    function resolve(ContributionId contribution) external nonReentrant {
        Objection storage open = _requireOpen(contribution);
        Objection memory objection = open;
        bool hasAppeal = objection.appellant != address(0);
        IDatanetRegistry.Contribution memory judged = _datanets.contributionOf(contribution);
        uint48 until =
            hasAppeal
                ? _rounds[objection.appealRound].revealUntil
                : _appealUntil(_rounds[objection.round].revealUntil, judged);
        if (block.timestamp < until) revert ReviewOpen(contribution, until);
        open.isResolved = true;

        (Verdict verdict, bool isAnswered) = verdictOf(objection.round);
        address accuser = objection.objector;
        if (hasAppeal) {
            (Verdict second, bool isAppealAnswered) = verdictOf(objection.appealRound);
            bool isContributors = objection.appellant == judged.contributor;
            Outcome outcome = Outcome.Unanswered;
            if (isAppealAnswered) {
                outcome = (isContributors ? second < verdict : second > verdict) ? Outcome.Returned : Outcome.Slashed;
                if (second > verdict && !isContributors) accuser = objection.appellant;
                (verdict, isAnswered) = (second, true);
            }
            address other = isContributors ? objection.objector : judged.contributor;
            _settleBond(contribution, objection.appellant, 2 * objection.bond, outcome, other);
        }
        emit ObjectionResolved(contribution, verdict);
        if (verdict != Verdict.Keep) {
            _settleBond(contribution, objection.objector, objection.bond, Outcome.Returned, address(0));
            _reject(contribution, judged.datanet, verdict, accuser);
        } else {
            Outcome outcome = isAnswered ? Outcome.Slashed : Outcome.Unanswered;
            _settleBond(contribution, objection.objector, objection.bond, outcome, judged.contributor);
            if (_shown[contribution] == 0) _datanets.release(contribution);
        }
    }

    // --- votes ---

    /// @inheritdoc IContributionReview
    function revealVote(RoundId round, PoolId pool, Verdict verdict, bytes32 salt) external nonReentrant {
        _reveal(round, pool, verdict, salt);
    }

    // --- bonds ---

    /// @inheritdoc IContributionReview
    function withdrawBond(address account) external nonReentrant {
        uint128 amount = creditOf[account];
        if (amount == 0) revert NothingToWithdraw(account);
        delete creditOf[account];
        owed -= amount;
        emit BondPaid(account, amount);
        _token.safeTransfer(account, amount);
    }

    // --- views ---

    /// @inheritdoc ISlasher
    function answerableSeconds() external view returns (uint48) {
        // From the first snapshot, a second before the objection, to the end of both rounds and of the time for slashing. A later appeal measures stake
        // anew, and no stake answers for more than one round.
        return 1 + 2 * (_commitSeconds + _revealSeconds) + _appealSeconds + _revealSeconds;
    }

    /// @inheritdoc IContributionReview
    function bondFor(ContributionId contribution) external view returns (uint128) {
        return _bondFor(_datanets.contributionOf(contribution).bond);
    }

    /// @inheritdoc IContributionReview
    function objectionOf(ContributionId contribution) external view returns (Objection memory) {
        return _objections[contribution];
    }

    /// @inheritdoc IContributionReview
    function parameters() external view returns (Parameters memory) {
        return
            Parameters({
                objectionBondFloor: _objectionBondFloor,
                objectionBondBps: _objectionBondBps,
                commitSeconds: _commitSeconds,
                revealSeconds: _revealSeconds,
                appealSeconds: _appealSeconds,
                quorumBps: _quorumBps,
                rewardBps: _rewardBps,
                unrevealedFault: _unrevealedFault,
                unrevealedBps: _unrevealedBps,
                leastStake: _leastStake
            });
    }

    // --- internal ---

    function _requireUnsettled(
        ContributionId contribution
    ) private view returns (IDatanetRegistry.Contribution memory unsettled) {
        unsettled = _datanets.contributionOf(contribution);
        if (
            unsettled.status != IDatanetRegistry.ContributionStatus.Pending &&
            unsettled.status != IDatanetRegistry.ContributionStatus.UnderReview
        ) {
            revert ContributionNotPending(contribution);
        }
    }

    function _requireOpen(ContributionId contribution) private view returns (Objection storage objection) {
        objection = _objections[contribution];
        if (objection.objector == address(0)) revert NotObjected(contribution);
        if (objection.isResolved) revert AlreadyResolved(contribution);
    }

    function _isOpen(ContributionId contribution) private view returns (bool) {
        Objection storage objection = _objections[contribution];
        return objection.objector != address(0) && !objection.isResolved;
    }

    /// @dev When the contribution can no longer be objected to.
    function _windowEnd(IDatanetRegistry.Contribution memory contribution) private view returns (uint48) {
        return contribution.contributedAt + _datanets.termsOf(contribution.datanet).reviewWindowSeconds;
    }

    /// @dev Not before the contribution's window ends, or an early objection would shorten the time in which others can raise theirs.
    function _appealUntil(
        uint48 revealUntil,
        IDatanetRegistry.Contribution memory contribution
    ) private view returns (uint48) {
        uint48 windowEnd = _windowEnd(contribution);
        uint48 until = revealUntil + _appealSeconds;
        return until < windowEnd ? windowEnd : until;
    }

    function _same(ContributionId a, ContributionId b) private pure returns (bool) {
        return ContributionId.unwrap(a) == ContributionId.unwrap(b);
    }

    function _requireRecord(
        IDatanetRegistry.Contribution memory contribution,
        uint64 place,
        bytes32 recordHash,
        bytes calldata opening
    ) private pure {
        SumTree.requireLeaf(
            Root(contribution.contentHash, contribution.recordCount),
            TreeKind.CONTENT_DEPTH,
            place,
            1,
            keccak256(abi.encodePacked(TreeKind.CONTENT, recordHash)),
            opening
        );
    }

    function _openRound(DatanetId electorate) private returns (RoundId) {
        return _openRound(electorate, _staking.validatorStakeAt(electorate, _snapshot()));
    }

    function _commitmentFor(
        RoundId round,
        address voter,
        Verdict verdict,
        bytes32 salt
    ) internal view override returns (bytes32) {
        return ReviewVotes.commitmentOf(block.chainid, address(this), round, voter, verdict, salt);
    }

    function _votesOf(Parameters memory p) private pure returns (VoteTerms memory) {
        return VoteTerms(p.commitSeconds, p.revealSeconds, p.quorumBps, p.unrevealedFault, p.unrevealedBps);
    }

    function _hold(ContributionId contribution, IDatanetRegistry.ContributionStatus status) private {
        if (status == IDatanetRegistry.ContributionStatus.Pending) _datanets.hold(contribution);
    }

    function _reject(ContributionId contribution, DatanetId datanet, Verdict verdict, address rewardTo) private {
        IDatanetRegistry.Terms memory terms = _datanets.termsOf(datanet);
        uint16 bondBps = terms.mistakeBps;
        if (verdict == Verdict.Negligence) bondBps = terms.negligenceBps;
        if (verdict == Verdict.Malice) bondBps = terms.maliceBps;
        _datanets.reject(contribution, bondBps, rewardTo, _rewardBps);
    }

    function _bondFor(uint128 contributionBond) private view returns (uint128) {
        uint128 share = uint128((uint256(contributionBond) * _objectionBondBps) / BPS);
        return share > _objectionBondFloor ? share : _objectionBondFloor;
    }

    function _take(uint128 bond) private {
        owed += bond;
        uint256 received = _token.take(msg.sender, bond);
        if (received != bond) revert BondMismatch(bond, received);
    }

    function _settleBond(
        ContributionId contribution,
        address from,
        uint128 bond,
        Outcome outcome,
        address rewardTo
    ) private {
        uint128 share = uint128((uint256(bond) * _rewardBps) / BPS);
        if (outcome == Outcome.Returned) {
            _pay(from, bond);
        } else if (outcome == Outcome.Slashed) {
            emit BondSlashed(contribution, from, rewardTo, bond, share);
            _burn(bond - share);
            _pay(rewardTo, share);
        } else {
            emit BondSlashed(contribution, from, address(0), share, 0);
            _burn(share);
            _pay(from, bond - share);
        }
    }

    function _burn(uint128 amount) private {
        owed -= amount;
        ERC20Burnable(address(_token)).burn(amount);
    }

    /// @dev An account that cannot receive tokens must not stop a resolution.
    function _pay(address account, uint128 amount) private {
        owed -= amount;
        if (_token.trySafeTransfer(account, amount)) {
            emit BondPaid(account, amount);
        } else {
            owed += amount;
            creditOf[account] += amount;
            emit BondCredited(account, amount);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {ContributionId, DatanetId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {StakeActions} from "./StakeActions.sol";

/// @notice What objectors, validators, appellants and provers of duplicates do, and what the rules make of their bonds.
abstract contract ReviewActions is StakeActions {
    struct Vote {
        RoundId round;
        PoolId pool;
        Verdict verdict;
        uint128 weight;
        bool isOver;
    }

    Vote[] internal _votes;
    mapping(RoundId => uint256[4]) private _tallies;
    /// @notice Bonds of objections and appeals that are not settled.
    mapping(Bond => uint256) public openBonds;

    // --- actions ---

    function object(uint256 who, uint256 which, uint256 claim) external {
        uint64 id = _pick(which, _isOpenToObjection);
        if (id == 0) id = ContributionId.unwrap(_contribute(accounts[which % USERS], _datanet(which), _records(claim)));
        _nextBlock();
        if (!_isOpenToObjection(id)) return;
        _object(_person(who), id, Verdict(1 + (claim % 3)));
        _did();
    }

    /// @dev Pool by pool, two bits of `verdicts` say what it votes, and two more whether it does.
    function vote(uint256 which, uint256 verdicts) external {
        uint64 id = _pick(which, _isOpenToVotes);
        if (id == 0) return;
        if (_voteAll(_roundOf(id), verdicts) != 0) _did();
    }

    function reveal(uint256 which) external {
        uint256 index = _pickVote(which);
        if (index != type(uint256).max && _reveal(_votes[index])) _did();
    }

    function slashUnrevealed(uint256 who, uint256 which) external {
        uint256 index = _pickVote(which);
        if (index != type(uint256).max && _slash(_votes[index], _person(who))) _did();
    }

    function appeal(uint256 which, uint256 who) external {
        uint64 id = _pick(which, _isOpenToAppeal);
        if (id == 0) return;
        _nextBlock();
        if (_appeal(id, who % 2 == 0 ? _contribution(id).contributor : _person(who))) _did();
    }

    function resolve(uint256 which) external {
        uint64 id = _pick(which, _isObjected);
        if (id == 0) return;
        _resolve(id);
        _did();
    }

    function proveDuplicate(uint256 who, uint256 which) external {
        uint64 copy = _pick(which, _repeatsRecord);
        if (copy == 0) {
            // A copy of something that is there already.
            uint64 original = 1 + uint64(which % _p.datanets.contributionCount());
            copy = ContributionId.unwrap(
                _contribute(accounts[who % USERS], _contribution(original).datanet, _recordsOf[original])
            );
            if (!_repeatsRecord(copy)) return;
        }
        (uint64 earlier, uint64 place, uint64 earlierPlace) = _repetition(copy);
        bool stands = (earlier == copy || _isAccepted(earlier)) && !_isObjected(copy) && _now() >= _windowEnd(copy);
        if (stands) _bookRejection(copy, Verdict.Mistake, _person(who));
        _prove(_person(who), copy, place, earlier, earlierPlace);
        bool isRejected = _statusOf(copy) == IDatanetRegistry.ContributionStatus.Rejected;
        if (isRejected != stands) _violate("a duplicate was not treated as one");
        _did();
    }

    function settleDuplicate(uint256 which) external {
        uint64 copy = _pick(which, _isShown);
        if (copy == 0 || _isObjected(copy)) return;
        uint64 earlier = _shownEarlier(copy);
        if (earlier != copy && _isUnsettled(earlier)) return;
        address prover = _p.review.proverOf(ContributionId.wrap(copy), ContributionId.wrap(earlier));
        if (earlier == copy || _isAccepted(earlier)) {
            _reach(_windowEnd(copy));
            _bookRejection(copy, Verdict.Mistake, prover);
        }
        _p.review.settleDuplicate(ContributionId.wrap(copy), ContributionId.wrap(earlier));
        _did();
    }

    // --- steps ---

    function _reveal(Vote storage cast) internal returns (bool) {
        IStakeVotes.Round memory round = _p.review.roundOf(cast.round);
        _reach(round.commitUntil);
        if (_now() >= round.revealUntil) return false;
        cast.isOver = true;
        _tallies[cast.round][uint256(cast.verdict)] += cast.weight;
        _p.review.revealVote(cast.round, cast.pool, cast.verdict, _saltOf(cast.round, cast.pool));
        return true;
    }

    function _slash(Vote storage silent, address by) internal returns (bool) {
        _reach(_p.review.roundOf(silent.round).revealUntil);
        silent.isOver = true;
        if (_now() >= _slashableUntil(silent.round)) return false;
        _bookSlash(silent.pool, _p.review.parameters().unrevealedBps, by);
        vm.prank(by);
        _p.review.slashUnrevealed(silent.round, silent.pool);
        return true;
    }

    /// @dev By the contributor or by anybody: each may ask for a change that can serve them.
    function _appeal(uint64 id, address by) internal returns (bool) {
        IContributionReview.Objection memory objection = _objection(id);
        _reach(_p.review.roundOf(objection.round).revealUntil);
        if (_now() >= _appealUntil(id)) return false;
        (Verdict verdict, ) = _tally(objection.round);
        if (verdict == (by == _contribution(id).contributor ? Verdict.Keep : Verdict.Malice)) return false;
        if (_p.staking.validatorStakeAt(DatanetId.wrap(0), _now() - 1) == 0) return false;
        vm.prank(by);
        _noteRound(_p.review.appeal(ContributionId.wrap(id)));
        _takeBond(Bond.Appeal, by, 2 * objection.bond);
        openBonds[Bond.Appeal] += 2 * objection.bond;
        return true;
    }

    function _resolve(uint64 id) internal {
        IContributionReview.Objection memory objection = _objection(id);
        if (objection.appellant == address(0)) _reach(_appealUntil(id));
        else _reach(_p.review.roundOf(objection.appealRound).revealUntil);
        Verdict verdict = _bookResolution(id, objection, _p.review.parameters().rewardBps);
        _p.review.resolve(ContributionId.wrap(id));
        bool isRejected = _statusOf(id) == IDatanetRegistry.ContributionStatus.Rejected;
        if (isRejected != (verdict != Verdict.Keep)) _violate("a verdict was not carried out");
    }

    function _object(address by, uint64 id, Verdict claimed) internal {
        uint256 bond = _p.review.bondFor(ContributionId.wrap(id));
        vm.prank(by);
        _noteRound(_p.review.object(ContributionId.wrap(id), claimed, "reason", ""));
        _takeBond(Bond.Objection, by, bond);
        openBonds[Bond.Objection] += bond;
    }

    function _voteAll(RoundId round, uint256 verdicts) internal returns (uint256 count) {
        for (uint256 i; i < VALIDATORS; ++i) {
            uint256 choice = verdicts >> (4 * i);
            if (choice & 12 == 0 || !_mayVote(round, validatorPools[i])) continue;
            _vote(round, validatorPools[i], Verdict(choice & 3));
            ++count;
        }
    }

    function _vote(RoundId round, PoolId pool, Verdict verdict) private {
        address voter = _p.staking.poolOf(pool).operator;
        uint128 weight = _p.staking.stakeAt(pool, _p.review.roundOf(round).snapshot);
        bytes32 commitment = ReviewVotes.commitmentOf(
            block.chainid,
            address(_p.review),
            round,
            voter,
            verdict,
            _saltOf(round, pool)
        );
        vm.prank(voter);
        _p.review.commitVote(round, pool, commitment);
        _votes.push(Vote(round, pool, verdict, weight, false));
    }

    function _prove(address by, uint64 copy, uint64 place, uint64 earlier, uint64 earlierPlace) private {
        bytes memory opening = ContentTree.open(_recordsOf[copy], place);
        bytes memory earlierOpening = ContentTree.open(_recordsOf[earlier], earlierPlace);
        bytes32 record = _recordsOf[copy][place];
        vm.prank(by);
        _p.review.proveDuplicate(
            ContributionId.wrap(copy),
            place,
            ContributionId.wrap(earlier),
            earlierPlace,
            record,
            opening,
            earlierOpening
        );
    }

    // --- books ---

    /// @dev The table of IContributionReview, line by line.
    function _bookResolution(
        uint64 id,
        IContributionReview.Objection memory objection,
        uint256 rewardBps
    ) private returns (Verdict verdict) {
        address contributor = _contribution(id).contributor;
        address accuser = objection.objector;
        bool isAnswered;
        (verdict, isAnswered) = _tally(objection.round);
        if (objection.appellant != address(0)) {
            bool isContributors = objection.appellant == contributor;
            (Verdict second, bool isSecondAnswered) = _tally(objection.appealRound);
            bool isMoved = isSecondAnswered && (isContributors ? second < verdict : second > verdict);
            if (isMoved && !isContributors) accuser = objection.appellant;
            address other = isContributors ? objection.objector : contributor;
            _bookBond(
                Bond.Appeal,
                2 * objection.bond,
                rewardBps,
                objection.appellant,
                other,
                isMoved,
                isSecondAnswered
            );
            if (isSecondAnswered) (verdict, isAnswered) = (second, true);
        }
        bool isUpheld = verdict != Verdict.Keep;
        _bookBond(Bond.Objection, objection.bond, rewardBps, objection.objector, contributor, isUpheld, isAnswered);
        if (isUpheld) _bookRejection(id, verdict, accuser);
    }

    function _bookBond(
        Bond kind,
        uint256 bond,
        uint256 rewardBps,
        address from,
        address other,
        bool isRight,
        bool isAnswered
    ) private {
        uint256 share = (bond * rewardBps) / BPS;
        openBonds[kind] -= bond;
        if (isRight) {
            _returnBond(kind, from, bond);
        } else if (isAnswered) {
            _rewardBond(kind, other, share);
            _burnBond(kind, bond - share);
        } else {
            _burnBond(kind, share);
            _returnBond(kind, from, bond - share);
        }
    }

    function _bookRejection(uint64 id, Verdict verdict, address rewardTo) private {
        IDatanetRegistry.Contribution memory rejected = _contribution(id);
        IDatanetRegistry.Terms memory terms = _p.datanets.termsOf(rejected.datanet);
        uint16[4] memory tiers = [0, terms.mistakeBps, terms.negligenceBps, terms.maliceBps];
        uint256 slashed = (uint256(rejected.bond) * tiers[uint256(verdict)]) / BPS;
        uint256 reward = (slashed * _p.review.parameters().rewardBps) / BPS;
        _rewardBond(Bond.Contribution, rewardTo, reward);
        _burnBond(Bond.Contribution, slashed - reward);
        _returnBond(Bond.Contribution, rejected.contributor, rejected.bond - slashed);
    }

    /// @dev What the votes that were revealed add up to: the highest verdict that more than half of their weight names or exceeds.
    function _tally(RoundId round) private view returns (Verdict verdict, bool isAnswered) {
        uint256[4] memory weights = _tallies[round];
        uint256 revealed = weights[0] + weights[1] + weights[2] + weights[3];
        isAnswered = revealed * BPS >= uint256(_p.review.roundOf(round).stake) * _p.review.parameters().quorumBps;
        if (!isAnswered) return (Verdict.Keep, false);
        uint256 above;
        for (uint256 tier = 3; tier > 0; --tier) {
            above += weights[tier];
            if (2 * above > revealed) return (Verdict(tier), true);
        }
    }

    // --- views ---

    /// @notice Whether all stake that was counted in a vote is where a slash for it still reaches it, as long as one is possible.
    function isVotersStakeWithinReach() external view returns (bool) {
        uint256 last = _votes.length > SPAN ? _votes.length - SPAN : 0;
        for (uint256 i = _votes.length; i > last; --i) {
            Vote memory cast = _votes[i - 1];
            if (cast.isOver || _now() >= _slashableUntil(cast.round)) continue;
            IOperatorStaking.Pool memory pool = _p.staking.poolOf(cast.pool);
            uint256 left =
                uint256(pool.stake) + pool.unbonding + slashedOf[cast.pool] - slashedBefore[cast.round][cast.pool];
            if (left + dust < cast.weight) return false;
        }
        return true;
    }

    function _slashableUntil(RoundId round) internal view returns (uint48) {
        return _p.review.roundOf(round).revealUntil + _p.review.parameters().revealSeconds;
    }

    function _windowEnd(uint64 id) private view returns (uint48) {
        IDatanetRegistry.Contribution memory contribution = _contribution(id);
        return contribution.contributedAt + _p.datanets.termsOf(contribution.datanet).reviewWindowSeconds;
    }

    /// @dev The appeals' time, or the contribution's window if that ends later.
    function _appealUntil(uint64 id) private view returns (uint48) {
        uint48 until = _p.review.roundOf(_objection(id).round).revealUntil + _p.review.parameters().appealSeconds;
        uint48 windowEnd = _windowEnd(id);
        return until > windowEnd ? until : windowEnd;
    }

    function _saltOf(RoundId round, PoolId pool) private pure returns (bytes32) {
        return keccak256(abi.encode(round, pool));
    }

    function _objection(uint64 id) private view returns (IContributionReview.Objection memory) {
        return _p.review.objectionOf(ContributionId.wrap(id));
    }

    function _roundOf(uint64 id) internal view returns (RoundId) {
        IContributionReview.Objection memory objection = _objection(id);
        return objection.appellant != address(0) ? objection.appealRound : objection.round;
    }

    function _isObjected(uint64 id) internal view returns (bool) {
        IContributionReview.Objection memory objection = _objection(id);
        return objection.objector != address(0) && !objection.isResolved;
    }

    function _isOpenToObjection(uint64 id) internal view returns (bool) {
        return
            _isUnsettled(id) &&
            _objection(id).objector == address(0) &&
            _now() < _windowEnd(id) &&
            _p.staking.validatorStakeAt(DatanetId.wrap(0), _now() - 1) != 0;
    }

    function _isOpenToVotes(uint64 id) private view returns (bool) {
        return _isObjected(id) && _now() < _p.review.roundOf(_roundOf(id)).commitUntil;
    }

    function _isOpenToAppeal(uint64 id) private view returns (bool) {
        return _isObjected(id) && _objection(id).appellant == address(0);
    }

    function _mayVote(RoundId round, PoolId pool) private view returns (bool) {
        IStakeVotes.Round memory voted = _p.review.roundOf(round);
        uint64 electorate = DatanetId.unwrap(voted.electorate);
        return
            (electorate == 0 || _p.staking.poolOf(pool).subject == electorate) &&
            _p.review.commitmentOf(round, pool) == 0 &&
            _p.staking.stakeAt(pool, voted.snapshot) != 0;
    }

    function _pickVote(uint256 seed) private view returns (uint256) {
        uint256 span = _votes.length < SPAN ? _votes.length : SPAN;
        for (uint256 i; i < span; ++i) {
            uint256 index = _votes.length - 1 - ((seed + i) % span);
            if (!_votes[index].isOver) return index;
        }
        return type(uint256).max;
    }

    function _repeatsRecord(uint64 id) private view returns (bool) {
        if (!_isUnsettled(id)) return false;
        (uint64 earlier, , ) = _repetition(id);
        return earlier != 0;
    }

    /// @dev Where a record of the contribution stands already, and nobody has shown it yet; 0 if nowhere.
    function _repetition(uint64 id) private view returns (uint64 earlier, uint64 place, uint64 earlierPlace) {
        uint64 least = id > SPAN ? id - SPAN : 1;
        for (earlier = id; earlier >= least; --earlier) {
            bool isRejected = _statusOf(earlier) == IDatanetRegistry.ContributionStatus.Rejected;
            if (isRejected || !_isSameDatanet(id, earlier) || _isShownBy(id, earlier)) continue;
            for (place = 0; place < _recordsOf[id].length; ++place) {
                uint256 count = earlier == id ? place : _recordsOf[earlier].length;
                for (earlierPlace = 0; earlierPlace < count; ++earlierPlace) {
                    if (_recordsOf[id][place] == _recordsOf[earlier][earlierPlace])
                        return (earlier, place, earlierPlace);
                }
            }
        }
        return (0, 0, 0);
    }

    function _isSameDatanet(uint64 a, uint64 b) private view returns (bool) {
        return DatanetId.unwrap(_contribution(a).datanet) == DatanetId.unwrap(_contribution(b).datanet);
    }

    function _isShownBy(uint64 id, uint64 earlier) private view returns (bool) {
        return _p.review.proverOf(ContributionId.wrap(id), ContributionId.wrap(earlier)) != address(0);
    }

    function _isShown(uint64 id) private view returns (bool) {
        return _isUnsettled(id) && _shownEarlier(id) != 0;
    }

    function _shownEarlier(uint64 id) private view returns (uint64 earlier) {
        uint64 least = id > SPAN ? id - SPAN : 1;
        for (earlier = id; earlier >= least; --earlier) {
            if (_isShownBy(id, earlier)) return earlier;
        }
        return 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ContributionId, PoolId, RoundId} from "../types/Ids.sol";
import {Verdict} from "../types/Verdict.sol";
import {IStakeVotes} from "./IStakeVotes.sol";

/// @notice Objections to contributions before they are accepted: exact duplicates by proof, everything else by a vote of staked validators.
///
/// A vote has one round (IStakeVotes), and a second one if there is an appeal. Validators judge the contribution, not the objection: their verdict may exceed
/// what was claimed.
///
/// Silence changes nothing. After an unanswered first round the contribution is kept, after an unanswered appeal the first verdict stands.
///
/// | bond | comes back | is slashed | loses the reward's share, burned |
/// |---|---|---|---|
/// | of the objection | the contribution is rejected | an answered round kept it, and it stays kept | no round was answered |
/// | of the appeal, twice as high | an answered appeal moved the verdict its way | an answered appeal did not | the appeal was unanswered |
///
/// Of a slashed bond `rewardBps` goes to the other side (the contributor, or the objector where the contributor appealed) and the rest, at least half, burns.
/// So it costs to accuse oneself, to object where nobody answers, and to bet on silence; and nobody earns by it.
///
/// There is one objection, and whoever makes it may be in league with the contributor. So it binds nobody else: anyone may appeal, and no review ends
/// before the contribution's window.
interface IContributionReview is IStakeVotes {
    /// @notice Fixed at deployment.
    /// @param objectionBondFloor Least bond of an objection; its share at `rewardBps` is not 0.
    /// @param objectionBondBps Bond of an objection as a share of the contribution's.
    /// @param commitSeconds Of each round, then `revealSeconds`; after the first round's there are `appealSeconds`.
    /// @param quorumBps Share of the electorate's stake that must be revealed.
    /// @param rewardBps Share of a slashed bond that goes to the other side, at most half.
    /// @param unrevealedFault Place in OperatorStaking's list of the fault of not revealing a vote; `unrevealedBps` is what it takes.
    /// @param leastStake Stake from which a datanet's own validators judge the first round; with less the validators of all datanets do.
    struct Parameters {
        uint128 objectionBondFloor;
        uint16 objectionBondBps;
        uint48 commitSeconds;
        uint48 revealSeconds;
        uint48 appealSeconds;
        uint16 quorumBps;
        uint16 rewardBps;
        uint16 unrevealedFault;
        uint16 unrevealedBps;
        uint128 leastStake;
    }

    /// @param bond Of the objection; an appeal's is twice that.
    /// @param appealRound 0 if there was no appeal; likewise `appellant`.
    struct Objection {
        address objector;
        Verdict claimed;
        bool isResolved;
        RoundId round;
        uint128 bond;
        RoundId appealRound;
        address appellant;
    }

    event DuplicateShown(
        ContributionId indexed contribution,
        ContributionId indexed earlier,
        address indexed prover,
        bytes32 recordHash
    );
    /// @notice The earlier contribution was rejected, so that its records are nobody's yet.
    event DuplicateDismissed(ContributionId indexed contribution, ContributionId indexed earlier);
    event ObjectionMade(
        ContributionId indexed contribution,
        address indexed objector,
        RoundId indexed round,
        Verdict claimed,
        uint128 bond,
        bytes32 reasonHash,
        string uri
    );
    event AppealMade(
        ContributionId indexed contribution,
        address indexed appellant,
        RoundId indexed round,
        uint128 bond
    );
    event ObjectionResolved(ContributionId indexed contribution, Verdict verdict);
    /// @notice Of an objection's or an appeal's bond `slashed` was taken: `reward` goes to `rewardTo`, the rest burned.
    event BondSlashed(
        ContributionId indexed contribution,
        address indexed from,
        address indexed rewardTo,
        uint128 slashed,
        uint128 reward
    );
    event BondPaid(address indexed account, uint128 amount);
    /// @notice The account could not receive the amount, which waits for `withdrawBond`.
    event BondCredited(address indexed account, uint128 amount);

    error ContributionNotPending(ContributionId contribution);
    error SamePlace(uint64 place);
    error NotEarlier(ContributionId contribution, ContributionId earlier);
    error EarlierRejected(ContributionId earlier);
    error EarlierNotSettled(ContributionId earlier);
    error AlreadyShown(ContributionId contribution, ContributionId earlier);
    error NothingShown(ContributionId contribution, ContributionId earlier);
    error ObjectionOpen(ContributionId contribution);
    error AlreadyObjected(ContributionId contribution);
    error NotObjected(ContributionId contribution);
    error AlreadyResolved(ContributionId contribution);
    error ReviewWindowOver(ContributionId contribution, uint48 until);
    error NothingClaimed();
    error BondMismatch(uint256 expected, uint256 received);
    error AlreadyAppealed(ContributionId contribution);
    error AppealWindowOver(ContributionId contribution, uint48 until);
    error MayNotAppeal(ContributionId contribution, address caller);
    error ReviewOpen(ContributionId contribution, uint48 until);
    error NothingToWithdraw(address account);

    // --- duplicates ---

    /// @notice Shows by two openings that a record of a contribution that is not yet accepted stands earlier already: in an earlier contribution of the
    /// datanet, or at another place of the same one. Anyone may call, and needs no bond. The contribution is held, and then rejected at the terms'
    /// mistake tier, with `rewardBps` of what is slashed for the caller: at once, or by `settleDuplicate` as soon as
    /// - the earlier contribution is accepted: otherwise it and its copy could be accepted in one transaction, before any proof;
    /// - the window of the contribution is over, and the objection resolved if there is one: otherwise a duplicate of one's own would be the way out of
    ///   a higher tier.
    /// @param place Of the record in `contribution`; likewise `earlierPlace`.
    /// @param opening Of the leaf at `place` under the contribution's content root (kind `content`); likewise `earlierOpening`.
    function proveDuplicate(
        ContributionId contribution,
        uint64 place,
        ContributionId earlier,
        uint64 earlierPlace,
        bytes32 recordHash,
        bytes calldata opening,
        bytes calldata earlierOpening
    ) external;

    /// @notice Carries out a shown duplicate once the earlier contribution is settled and no objection is open: rejects the contribution, after its
    /// window, if the earlier one was accepted, dismisses the proof if it was rejected. Anyone may call; the reward is the prover's.
    function settleDuplicate(ContributionId contribution, ContributionId earlier) external;

    // --- objections ---

    /// @notice Objects to a contribution within its review window, under a bond of `bondFor` from the caller, and opens the first round. One objection to
    /// each contribution, ever. The validators of its datanet vote, or all validators if those have less than `leastStake`.
    /// @param claimed At least a mistake. It tells the validators what is alleged, and does not bind them.
    /// @param reasonHash keccak256 of the reasons, which are published at `uri`.
    function object(
        ContributionId contribution,
        Verdict claimed,
        bytes32 reasonHash,
        string calldata uri
    ) external returns (RoundId);

    /// @notice Appeals the first round's verdict, once, within `appealSeconds` after its reveals or the contribution's window, whichever ends later: the
    /// contributor for a lower one, anyone else for a higher one. Takes twice the objection's bond. The validators of all datanets vote; their verdict is
    /// final, whether lower or higher.
    function appeal(ContributionId contribution) external returns (RoundId);

    /// @notice Carries out the verdict when the last window is over. Anyone may call. Keep: the contribution can be accepted again, unless a duplicate
    /// is shown. Otherwise it is rejected at the tier of its datanet's terms, and whose appeal raised the verdict, or else the objector, gets `rewardBps`
    /// of what is slashed.
    function resolve(ContributionId contribution) external;

    // --- votes ---

    /// @notice Reveals a committed vote; anyone who knows the salt may call.
    function revealVote(RoundId round, PoolId pool, Verdict verdict, bytes32 salt) external;

    // --- bonds ---

    /// @notice Pays what an account could not receive when a bond was settled. Anyone may call.
    function withdrawBond(address account) external;

    // --- views ---

    /// @notice The bond of an objection to this contribution.
    function bondFor(ContributionId contribution) external view returns (uint128);

    /// @notice Who showed the contribution to repeat a record of the earlier one, while that is not settled; 0 if nobody.
    function proverOf(ContributionId contribution, ContributionId earlier) external view returns (address);

    /// @notice An objection; all fields are 0 if there is none.
    function objectionOf(ContributionId contribution) external view returns (Objection memory);

    /// @notice What waits for `withdrawBond`.
    function creditOf(address account) external view returns (uint128);

    /// @notice Base units of the bond token that this contract holds for others: bonds and credits.
    function owed() external view returns (uint256);

    function parameters() external view returns (Parameters memory);
}

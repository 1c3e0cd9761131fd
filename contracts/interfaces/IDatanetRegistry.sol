// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ContributionId, DatanetId, PositionId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice Community datasets: their terms, and the contributions that were made to them under a bond.
interface IDatanetRegistry {
    /// @param bondPerRecord Bond per record, in base units of the bond token, below 2^104, returned on acceptance.
    /// @param licenceFee Fee per registered model version that trains on the datanet.
    /// @param reviewWindowSeconds How long a contribution can be objected to.
    /// @param leastDataShareBps Least data share that a model must grant to train on it.
    /// @param curatorCutBps Share of licence fees that goes to the curator; the rest goes to contributors by record.
    /// @param allowedUses Bit set of uses: 1 training, 2 evaluation, 4 retrieval.
    /// @param mistakeBps Share of the bond lost for a mistake; likewise negligence and malice, ascending.
    struct Terms {
        uint128 bondPerRecord;
        uint128 licenceFee;
        uint48 reviewWindowSeconds;
        uint16 leastDataShareBps;
        uint16 curatorCutBps;
        uint16 mistakeBps;
        uint16 negligenceBps;
        uint16 maliceBps;
        uint32 allowedUses;
    }

    enum ContributionKind {
        Data,
        Feedback,
        Synthetic,
        Adapter,
        Evaluation
    }

    /// @dev Under review: as pending, but held by an objection or by a duplicate that is shown.
    enum ContributionStatus {
        None,
        Pending,
        Accepted,
        Rejected,
        UnderReview
    }

    /// @param settledAt When it was accepted or rejected; 0 before.
    /// @param bond What of the bond is still here: all of it before the contribution is settled, then what its contributor could not receive.
    struct Contribution {
        DatanetId datanet;
        uint32 recordCount;
        uint48 contributedAt;
        uint48 settledAt;
        ContributionKind kind;
        ContributionStatus status;
        address contributor;
        PositionId position;
        uint128 bond;
        bytes32 contentHash;
        bytes32 licence;
    }

    event ReviewBound(address indexed review);
    event Reserved(bytes32 indexed reservation);
    event DatanetCreated(
        DatanetId indexed datanet,
        address indexed curator,
        PositionId curatorPosition,
        Terms terms,
        string uri
    );
    event ContributionMade(
        ContributionId indexed contribution,
        DatanetId indexed datanet,
        address indexed contributor,
        ContributionKind kind,
        Root contentRoot,
        bytes32 licence,
        uint128 bond,
        string uri
    );
    event BondReturned(ContributionId indexed contribution, address indexed contributor, uint128 bond);
    /// @notice Licence income of a datanet: `curatorPart` was accrued to the curator's position, `contributorsPart` waits for `collectLicenceIncome`.
    event LicenceIncome(
        DatanetId indexed datanet,
        address indexed payer,
        uint128 curatorPart,
        uint128 contributorsPart
    );
    event LicenceIncomeCollected(ContributionId indexed contribution, PositionId indexed position, uint128 amount);
    event ContributionAccepted(
        ContributionId indexed contribution,
        DatanetId indexed datanet,
        PositionId indexed position,
        uint64 place,
        uint64 recordsBefore
    );

    /// @notice The contributor took back the licence for models that are registered in a later second; those registered before go on owing.
    event ContributionWithdrawn(
        ContributionId indexed contribution,
        DatanetId indexed datanet,
        address indexed contributor
    );

    event ContributionHeld(ContributionId indexed contribution);
    event ContributionReleased(ContributionId indexed contribution);
    /// @notice Of the bond, `reward` was paid and the rest of `slashed` was burned; what remains goes back to the contributor.
    event ContributionRejected(
        ContributionId indexed contribution,
        DatanetId indexed datanet,
        address indexed rewardTo,
        uint128 slashed,
        uint128 reward
    );

    error NotDeployer(address caller);
    error AlreadyBound();
    error NotReview(address caller);
    error NotReserved(bytes32 reservation);
    error ReservedInThisBlock(bytes32 reservation);
    error UnderReview(ContributionId contribution);
    error NotUnderReview(ContributionId contribution);
    error PenaltyAboveTerms(uint16 bondBps, uint16 mostBps);
    error RewardAboveCap(uint16 rewardBps, uint16 mostBps);
    error ContributionNotSettled(ContributionId contribution);
    error BondNotReceivable(ContributionId contribution);
    error UnknownDatanet(DatanetId datanet);
    error UnknownContribution(ContributionId contribution);
    error InvalidTerms(string field);
    error RecordCountOutOfRange(uint128 count);
    error EmptyContentRoot();
    error ReviewWindowOpen(ContributionId contribution, uint48 until);
    error ContributionNotPending(ContributionId contribution);
    error EarlierContributionPending(ContributionId contribution, ContributionId earlier);
    error BondMismatch(uint256 expected, uint256 received);
    error AmountMismatch(uint256 expected, uint256 received);
    error NothingToReturn(ContributionId contribution);
    error NothingToLicense(DatanetId datanet);
    error AmountTooLarge(uint128 amount, uint128 most);
    error ContributionNotAccepted(ContributionId contribution);
    error NotContributor(ContributionId contribution, address caller);
    error AlreadyWithdrawn(ContributionId contribution);
    error PlaceOutOfRange(DatanetId datanet, uint64 place, uint64 count);

    /// @notice Creates a datanet (an ERC-721 token of this contract, owned by the caller, who curates it) and its curator's position.
    function createDatanet(Terms calldata terms, string calldata uri) external returns (DatanetId);

    /// @notice Names the review; once, by the deployer, who has no right but this one.
    function bindReview(address review) external;

    /// @notice Remembers the block of a hash of `reservationOf`; anyone may call. A second call changes nothing, and a reservation does not expire.
    function reserve(bytes32 reservation) external;

    /// @notice Commits records to a datanet and takes `bondPerRecord * contentRoot.sum` from the caller. It must have been reserved in an earlier
    /// block: who copies a contribution from its transaction has no such reservation, so the original has the lower id, unless its transaction waits for
    /// longer than a block.
    /// @param contentRoot Tree over the record hashes (kind `content`); its sum is the record count.
    /// @param licence keccak256 of the SPDX identifier.
    /// @param uri Where the content can be had; content is addressed by its hash.
    function contribute(
        DatanetId datanet,
        ContributionKind kind,
        Root calldata contentRoot,
        bytes32 licence,
        string calldata uri,
        bytes32 salt
    ) external returns (ContributionId);

    /// @notice Accepts a contribution after its window, returns the bond and creates the contributor's position if it is their first in this datanet.
    /// Anyone may call. Contributions of one datanet are accepted in the order of their ids, so that nobody's place in an index can be taken by a
    /// later one; one that is under review holds up those behind it, a rejected one does not.
    function accept(ContributionId contribution) external;

    /// @notice Keeps a pending contribution from being accepted; only the review.
    function hold(ContributionId contribution) external;

    /// @notice Lets a contribution under review be accepted again; only the review.
    function release(ContributionId contribution) external;

    /// @notice Rejects a contribution that is not yet accepted: it gets no place, and those behind it wait for it no longer. Only the review.
    /// @param bondBps Share of the bond that is slashed, at most the terms' `maliceBps`. The rest returns to the contributor.
    /// @param rewardBps Share of what is slashed that goes to `rewardTo`, at most half. The rest burns, and so does a reward that cannot be received.
    function reject(
        ContributionId contribution,
        uint16 bondBps,
        address rewardTo,
        uint16 rewardBps
    ) external returns (uint128 slashed, uint128 reward);

    /// @notice Returns what its contributor could not receive when a contribution was accepted or rejected. Anyone may call.
    function returnBond(ContributionId contribution) external;

    /// @notice Takes an accepted contribution back from future models; only its contributor, once and for ever. What it has of licence income is accrued to its
    /// position, and it shares in none that comes later. Its place and its records stay in the list of accepted contributions, and models that are registered
    /// already go on owing it; an index of one that is registered in a later second gives its records no weight (docs/formats.md §3). That a later model was really
    /// trained without them is attested by its developer, never proven.
    function withdraw(ContributionId contribution) external;

    /// @notice Takes `amount` from the caller as licence income of the datanet: the curator's cut at once, the rest shared by record
    /// over the contributions accepted so far and not withdrawn. Models pay it at registration; anyone may pay more.
    function payLicence(DatanetId datanet, uint128 amount) external;

    /// @notice Accrues a contribution's share of the licence income since its last collection to its position in the ledger. Anyone may call.
    /// @return amount What was accrued; 0 if nothing has come in.
    function collectLicenceIncome(ContributionId contribution) external returns (uint128 amount);

    /// @notice What `collectLicenceIncome` would accrue; 0 once it is withdrawn.
    function licenceIncomeOf(ContributionId contribution) external view returns (uint128);

    function termsOf(DatanetId datanet) external view returns (Terms memory);

    function curatorPositionOf(DatanetId datanet) external view returns (PositionId);

    function contributionOf(ContributionId contribution) external view returns (Contribution memory);

    /// @notice The position that earns for a contribution: one per (datanet, contributor), 0 before the first acceptance.
    function positionOf(ContributionId contribution) external view returns (PositionId);

    /// @notice The position that earns for a contribution if it was accepted before `time`; 0 if it was not, or if there is no such contribution. For a
    /// `time` that has passed the answer never changes, which fault proofs rely on (docs/faults.md, Earning a).
    function earnerOf(ContributionId contribution, uint48 time) external view returns (PositionId);

    /// @notice When a contribution was withdrawn; 0 if it was not, or if there is no such contribution.
    function withdrawnAt(ContributionId contribution) external view returns (uint48);

    /// @notice Whether a contribution was withdrawn in an earlier second than `time`. For a `time` that has passed the answer never changes, which fault proofs
    /// of indexes rely on (docs/faults.md, Layout): `time` is the second of a version's registration.
    function isWithdrawn(ContributionId contribution, uint48 time) external view returns (bool);

    /// @return count Accepted contributions so far, withdrawn ones included. @return records Their records.
    function acceptedOf(DatanetId datanet) external view returns (uint64 count, uint64 records);

    /// @notice The accepted contribution at `place` of the datanet's list and how many records precede it.
    function acceptedAt(
        DatanetId datanet,
        uint64 place
    ) external view returns (ContributionId contribution, uint64 recordsBefore);

    /// @notice Records of the accepted contributions that are not withdrawn: those that share what licence income comes in.
    function licensedRecordsOf(DatanetId datanet) external view returns (uint64);

    /// @notice The earliest contribution that is neither accepted nor rejected, which is the next that can be accepted; 0 if there is none.
    function nextToSettle(DatanetId datanet) external view returns (ContributionId);

    /// @notice What the contributor reserves before contributing these records with this salt; the salt hides them until then.
    function reservationOf(
        address contributor,
        DatanetId datanet,
        Root calldata contentRoot,
        bytes32 salt
    ) external view returns (bytes32);

    /// @notice The block of a reservation; 0 if there is none, or it was used.
    function reservedAt(bytes32 reservation) external view returns (uint256 blockNumber);

    /// @notice The contract that may hold and reject contributions; 0 before it is bound.
    function review() external view returns (address);

    /// @notice The token of bonds and licence income.
    function token() external view returns (address);

    function contributionCount() external view returns (uint64);

    function datanetCount() external view returns (uint64);

    /// @notice Base units of the token that the registry holds for others: bonds, and licence income not yet collected.
    function owed() external view returns (uint256);
}

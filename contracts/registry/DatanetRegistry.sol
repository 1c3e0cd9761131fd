// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {ContributionQueue} from "../libraries/ContributionQueue.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {ContributionId, DatanetId, PositionId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice Datanets as ERC-721 tokens, with their contributions and their licence income.
contract DatanetRegistry is ERC721, IDatanetRegistry, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;
    using ContributionQueue for ContributionQueue.Queue;

    uint256 private constant BPS = 10_000;
    /// @dev At least half of what is slashed burns, so that accusing oneself costs.
    uint16 private constant MOST_REWARD_BPS = 5_000;
    uint32 private constant ALL_USES = 7;
    /// @dev What comes in over time is less, so that no sum of licence income exceeds a u128.
    uint128 private constant MOST_LICENCE = type(uint128).max / 2;

    struct Accepted {
        ContributionId contribution;
        uint64 recordsBefore;
    }

    /// @dev Licence income per record that shares it so far, and what was too little to divide. No unit is ever rounded away.
    struct Licence {
        uint128 perRecord;
        uint128 remainder;
    }

    /// @param records Of the accepted contributions. @param licensed Of those that are not withdrawn.
    struct Datanet {
        Terms terms;
        PositionId curatorPosition;
        uint64 records;
        uint64 licensed;
        Licence licence;
        ContributionQueue.Queue unsettled;
        Accepted[] accepted;
        string uri;
    }

    address private immutable _deployer;
    IERC20 private immutable _token;
    IRoyaltyLedger private immutable _ledger;
    IRoyaltyPositions private immutable _positions;
    uint48 public immutable leastReviewWindowSeconds;
    uint48 public immutable mostReviewWindowSeconds;

    /// @inheritdoc IDatanetRegistry
    address public review;
    /// @inheritdoc IDatanetRegistry
    uint64 public datanetCount;
    /// @inheritdoc IDatanetRegistry
    uint64 public contributionCount;
    /// @inheritdoc IDatanetRegistry
    uint256 public owed;

    /// @inheritdoc IDatanetRegistry
    mapping(bytes32 reservation => uint256 blockNumber) public reservedAt;
    /// @inheritdoc IDatanetRegistry
    mapping(ContributionId contribution => uint48 time) public withdrawnAt;
    mapping(DatanetId => Datanet) private _datanets;
    mapping(ContributionId => Contribution) private _contributions;
    mapping(ContributionId => uint256 perRecord) private _collected;
    mapping(DatanetId => mapping(address contributor => PositionId)) private _positionOf;

    constructor(
        IRoyaltyLedger ledger,
        IRoyaltyPositions positions,
        uint48 leastReviewWindowSeconds_,
        uint48 mostReviewWindowSeconds_
    ) ERC721("Tributary Datanet", "DATANET") {
        if (leastReviewWindowSeconds_ == 0 || leastReviewWindowSeconds_ > mostReviewWindowSeconds_) {
            revert InvalidTerms("reviewWindowSeconds");
        }
        _deployer = msg.sender;
        _ledger = ledger;
        _token = IERC20(ledger.token());
        _positions = positions;
        leastReviewWindowSeconds = leastReviewWindowSeconds_;
        mostReviewWindowSeconds = mostReviewWindowSeconds_;
    }

    modifier onlyReview() {
        if (msg.sender != review) revert NotReview(msg.sender);
        _;
    }

    /// @inheritdoc IDatanetRegistry
    function bindReview(address review_) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (review != address(0)) revert AlreadyBound();
        if (review_ == address(0)) revert NotReview(address(0));
        review = review_;
        emit ReviewBound(review_);
    }

    // --- datanets and contributions ---

    /// @inheritdoc IDatanetRegistry
    function createDatanet(
        Terms calldata terms,
        string calldata uri
    ) external nonReentrant returns (DatanetId datanet) {
        _requireValid(terms);
        datanet = DatanetId.wrap(++datanetCount);
        Datanet storage created = _datanets[datanet];
        created.terms = terms;
        created.uri = uri;
        _mint(msg.sender, DatanetId.unwrap(datanet));
        PositionId position = _positions.mint(
            msg.sender,
            IRoyaltyPositions.PositionKind.Curator,
            DatanetId.unwrap(datanet)
        );
        created.curatorPosition = position;
        emit DatanetCreated(datanet, msg.sender, position, terms, uri);
    }

    /// @inheritdoc IDatanetRegistry
    function reserve(bytes32 reservation) external {
        // The first block counts: nobody can postpone another's contribution by reserving it again.
        if (reservedAt[reservation] != 0) return;
        reservedAt[reservation] = block.number;
        emit Reserved(reservation);
    }

    /// @inheritdoc IDatanetRegistry
    function contribute(
        DatanetId datanet,
        ContributionKind kind,
        Root calldata contentRoot,
        bytes32 licence,
        string calldata uri,
        bytes32 salt
    ) external nonReentrant returns (ContributionId contribution) {
        Datanet storage target = _existing(datanet);
        if (contentRoot.hash == 0) revert EmptyContentRoot();
        if (contentRoot.sum == 0 || contentRoot.sum > 1 << TreeKind.CONTENT_DEPTH)
            revert RecordCountOutOfRange(contentRoot.sum);
        _useReservation(reservationOf(msg.sender, datanet, contentRoot, salt));
        contribution = ContributionId.wrap(++contributionCount);
        uint128 bond = target.terms.bondPerRecord * contentRoot.sum;
        _contributions[contribution] = Contribution({
            datanet: datanet,
            recordCount: uint32(contentRoot.sum),
            contributedAt: uint48(block.timestamp),
            settledAt: 0,
            kind: kind,
            status: ContributionStatus.Pending,
            contributor: msg.sender,
            position: PositionId.wrap(0),
            bond: bond,
            contentHash: contentRoot.hash,
            licence: licence
        });
        target.unsettled.push(contribution);
        owed += bond;
        emit ContributionMade(contribution, datanet, msg.sender, kind, contentRoot, licence, bond, uri);
        uint256 received = _token.take(msg.sender, bond);
        if (received != bond) revert BondMismatch(bond, received);
    }

    /// @inheritdoc IDatanetRegistry
    function accept(ContributionId contribution) external nonReentrant {
        Contribution storage pending = _known(contribution);
        if (pending.status == ContributionStatus.UnderReview) revert UnderReview(contribution);
        if (pending.status != ContributionStatus.Pending) revert ContributionNotPending(contribution);
        DatanetId id = pending.datanet;
        Datanet storage datanet = _datanets[id];
        uint48 until = pending.contributedAt + datanet.terms.reviewWindowSeconds;
        if (block.timestamp < until) revert ReviewWindowOpen(contribution, until);
        ContributionId first = datanet.unsettled.first;
        if (ContributionId.unwrap(first) != ContributionId.unwrap(contribution)) {
            revert EarlierContributionPending(contribution, first);
        }

        address contributor = pending.contributor;
        uint64 before = datanet.records;
        uint64 place = uint64(datanet.accepted.length);
        pending.status = ContributionStatus.Accepted;
        pending.settledAt = uint48(block.timestamp);
        datanet.unsettled.remove(contribution);
        datanet.records = before + pending.recordCount;
        datanet.licensed += pending.recordCount;
        datanet.accepted.push(Accepted(contribution, before));
        _collected[contribution] = datanet.licence.perRecord;
        PositionId position = _positionOf[id][contributor];
        if (PositionId.unwrap(position) == 0) {
            position = _positions.mint(contributor, IRoyaltyPositions.PositionKind.Contributor, DatanetId.unwrap(id));
            _positionOf[id][contributor] = position;
        }
        pending.position = position;
        emit ContributionAccepted(contribution, id, position, place, before);
        _tryReturnBond(contribution, pending);
    }

    /// @inheritdoc IDatanetRegistry
    function returnBond(ContributionId contribution) external nonReentrant {
        Contribution storage settled = _known(contribution);
        if (_isUnsettled(settled)) revert ContributionNotSettled(contribution);
        if (settled.bond == 0) revert NothingToReturn(contribution);
        if (!_tryReturnBond(contribution, settled)) revert BondNotReceivable(contribution);
    }

    /// @inheritdoc IDatanetRegistry
    function withdraw(ContributionId contribution) external nonReentrant {
        Contribution storage withdrawn = _known(contribution);
        address contributor = withdrawn.contributor;
        if (msg.sender != contributor) revert NotContributor(contribution, msg.sender);
        if (withdrawn.status != ContributionStatus.Accepted) revert ContributionNotAccepted(contribution);
        if (withdrawnAt[contribution] != 0) revert AlreadyWithdrawn(contribution);
        uint128 amount = licenceIncomeOf(contribution);
        withdrawnAt[contribution] = uint48(block.timestamp);
        _datanets[withdrawn.datanet].licensed -= withdrawn.recordCount;
        emit ContributionWithdrawn(contribution, withdrawn.datanet, contributor);
        _accrueLicenceIncome(contribution, withdrawn.position, amount);
    }

    // --- review ---

    /// @inheritdoc IDatanetRegistry
    function hold(ContributionId contribution) external onlyReview {
        Contribution storage pending = _known(contribution);
        if (pending.status != ContributionStatus.Pending) revert ContributionNotPending(contribution);
        pending.status = ContributionStatus.UnderReview;
        emit ContributionHeld(contribution);
    }

    /// @inheritdoc IDatanetRegistry
    function release(ContributionId contribution) external onlyReview {
        Contribution storage held = _known(contribution);
        if (held.status != ContributionStatus.UnderReview) revert NotUnderReview(contribution);
        held.status = ContributionStatus.Pending;
        emit ContributionReleased(contribution);
    }

    /// @inheritdoc IDatanetRegistry
    function reject(
        ContributionId contribution,
        uint16 bondBps,
        address rewardTo,
        uint16 rewardBps
    ) external onlyReview nonReentrant returns (uint128 slashed, uint128 reward) {
        Contribution storage rejected = _known(contribution);
        if (!_isUnsettled(rejected)) revert ContributionNotPending(contribution);
        DatanetId id = rejected.datanet;
        Datanet storage datanet = _datanets[id];
        if (bondBps > datanet.terms.maliceBps) revert PenaltyAboveTerms(bondBps, datanet.terms.maliceBps);
        if (rewardBps > MOST_REWARD_BPS) revert RewardAboveCap(rewardBps, MOST_REWARD_BPS);

        uint128 bond = rejected.bond;
        slashed = uint128((uint256(bond) * bondBps) / BPS);
        reward = uint128((uint256(slashed) * rewardBps) / BPS);
        rejected.status = ContributionStatus.Rejected;
        rejected.settledAt = uint48(block.timestamp);
        rejected.bond = bond - slashed;
        datanet.unsettled.remove(contribution);
        owed -= slashed;
        // Nobody who cannot receive tokens may stop the rejection.
        if (reward != 0 && !_token.trySafeTransfer(rewardTo, reward)) reward = 0;
        if (slashed != 0) ERC20Burnable(address(_token)).burn(slashed - reward);
        emit ContributionRejected(contribution, id, rewardTo, slashed, reward);
        _tryReturnBond(contribution, rejected);
    }

    // --- licence income ---

    /// @inheritdoc IDatanetRegistry
    function payLicence(DatanetId datanet, uint128 amount) external nonReentrant {
        Datanet storage licensed = _existing(datanet);
        uint64 records = licensed.licensed;
        if (records == 0) revert NothingToLicense(datanet);
        if (amount > MOST_LICENCE) revert AmountTooLarge(amount, MOST_LICENCE);
        uint128 curatorPart = uint128((uint256(amount) * licensed.terms.curatorCutBps) / BPS);
        uint128 shared = amount - curatorPart;
        uint128 pot = licensed.licence.remainder + shared;
        licensed.licence.perRecord += pot / records;
        licensed.licence.remainder = pot % records;
        owed += shared;
        emit LicenceIncome(datanet, msg.sender, curatorPart, shared);
        uint256 received = _token.take(msg.sender, amount);
        if (received != amount) revert AmountMismatch(amount, received);
        _accrue(licensed.curatorPosition, curatorPart);
    }

    /// @inheritdoc IDatanetRegistry
    function collectLicenceIncome(ContributionId contribution) external nonReentrant returns (uint128 amount) {
        Contribution storage accepted = _accepted(contribution);
        amount = licenceIncomeOf(contribution);
        if (amount == 0) return 0;
        _collected[contribution] = _datanets[accepted.datanet].licence.perRecord;
        _accrueLicenceIncome(contribution, accepted.position, amount);
    }

    /// @inheritdoc IDatanetRegistry
    function licenceIncomeOf(ContributionId contribution) public view returns (uint128) {
        Contribution storage accepted = _accepted(contribution);
        // All that it had was accrued at its withdrawal.
        if (withdrawnAt[contribution] != 0) return 0;
        uint256 gained = _datanets[accepted.datanet].licence.perRecord - _collected[contribution];
        // No more than came in, which was a u128.
        return uint128(accepted.recordCount * gained);
    }

    // --- views ---

    /// @inheritdoc IDatanetRegistry
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IDatanetRegistry
    function reservationOf(
        address contributor,
        DatanetId datanet,
        Root calldata contentRoot,
        bytes32 salt
    ) public view returns (bytes32) {
        return
            keccak256(
                abi.encode(block.chainid, address(this), contributor, datanet, contentRoot.hash, contentRoot.sum, salt)
            );
    }

    /// @inheritdoc IDatanetRegistry
    function nextToSettle(DatanetId datanet) external view returns (ContributionId) {
        return _existing(datanet).unsettled.first;
    }

    /// @inheritdoc IDatanetRegistry
    function termsOf(DatanetId datanet) external view returns (Terms memory) {
        return _existing(datanet).terms;
    }

    /// @inheritdoc IDatanetRegistry
    function curatorPositionOf(DatanetId datanet) external view returns (PositionId) {
        return _existing(datanet).curatorPosition;
    }

    /// @inheritdoc IDatanetRegistry
    function contributionOf(ContributionId contribution) external view returns (Contribution memory) {
        return _known(contribution);
    }

    /// @inheritdoc IDatanetRegistry
    function positionOf(ContributionId contribution) external view returns (PositionId) {
        Contribution storage known = _known(contribution);
        return _positionOf[known.datanet][known.contributor];
    }

    /// @inheritdoc IDatanetRegistry
    function earnerOf(ContributionId contribution, uint48 time) external view returns (PositionId) {
        Contribution storage named = _contributions[contribution];
        bool earns = named.status == ContributionStatus.Accepted && named.settledAt < time;
        return earns ? named.position : PositionId.wrap(0);
    }

    /// @inheritdoc IDatanetRegistry
    function isWithdrawn(ContributionId contribution, uint48 time) external view returns (bool) {
        uint48 withdrawal = withdrawnAt[contribution];
        return withdrawal != 0 && withdrawal < time;
    }

    /// @inheritdoc IDatanetRegistry
    function acceptedOf(DatanetId datanet) external view returns (uint64 count, uint64 records) {
        Datanet storage existing = _existing(datanet);
        return (uint64(existing.accepted.length), existing.records);
    }

    /// @inheritdoc IDatanetRegistry
    function licensedRecordsOf(DatanetId datanet) external view returns (uint64) {
        return _existing(datanet).licensed;
    }

    /// @inheritdoc IDatanetRegistry
    function acceptedAt(
        DatanetId datanet,
        uint64 place
    ) external view returns (ContributionId contribution, uint64 recordsBefore) {
        Accepted[] storage list = _existing(datanet).accepted;
        if (place >= list.length) revert PlaceOutOfRange(datanet, place, uint64(list.length));
        return (list[place].contribution, list[place].recordsBefore);
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return _datanets[DatanetId.wrap(uint64(tokenId))].uri;
    }

    // --- internal ---

    function _requireValid(Terms calldata terms) private view {
        if (
            terms.reviewWindowSeconds < leastReviewWindowSeconds || terms.reviewWindowSeconds > mostReviewWindowSeconds
        ) {
            revert InvalidTerms("reviewWindowSeconds");
        }
        // So that the bond of the largest contribution is an amount.
        if (terms.bondPerRecord > type(uint128).max >> TreeKind.CONTENT_DEPTH) revert InvalidTerms("bondPerRecord");
        if (terms.leastDataShareBps > BPS) revert InvalidTerms("leastDataShareBps");
        if (terms.curatorCutBps > BPS) revert InvalidTerms("curatorCutBps");
        if (terms.mistakeBps > terms.negligenceBps) revert InvalidTerms("mistakeBps");
        if (terms.negligenceBps > terms.maliceBps) revert InvalidTerms("negligenceBps");
        if (terms.maliceBps > BPS) revert InvalidTerms("maliceBps");
        if (terms.allowedUses == 0 || terms.allowedUses > ALL_USES) revert InvalidTerms("allowedUses");
    }

    function _useReservation(bytes32 reservation) private {
        uint256 reservedIn = reservedAt[reservation];
        if (reservedIn == 0) revert NotReserved(reservation);
        if (reservedIn == block.number) revert ReservedInThisBlock(reservation);
        delete reservedAt[reservation];
    }

    function _isUnsettled(Contribution storage contribution) private view returns (bool) {
        ContributionStatus status = contribution.status;
        return status == ContributionStatus.Pending || status == ContributionStatus.UnderReview;
    }

    function _existing(DatanetId datanet) private view returns (Datanet storage existing) {
        existing = _datanets[datanet];
        if (PositionId.unwrap(existing.curatorPosition) == 0) revert UnknownDatanet(datanet);
    }

    function _known(ContributionId contribution) private view returns (Contribution storage known) {
        known = _contributions[contribution];
        if (known.status == ContributionStatus.None) revert UnknownContribution(contribution);
    }

    function _accepted(ContributionId contribution) private view returns (Contribution storage accepted) {
        accepted = _known(contribution);
        if (accepted.status != ContributionStatus.Accepted) revert ContributionNotAccepted(contribution);
    }

    /// @dev A contributor that cannot receive tokens must not stop an acceptance or a rejection: later contributions wait for it.
    function _tryReturnBond(ContributionId contribution, Contribution storage settled) private returns (bool returned) {
        uint128 bond = settled.bond;
        if (bond == 0) return true;
        settled.bond = 0;
        owed -= bond;
        returned = _token.trySafeTransfer(settled.contributor, bond);
        if (returned) {
            emit BondReturned(contribution, settled.contributor, bond);
        } else {
            settled.bond = bond;
            owed += bond;
        }
    }

    function _accrueLicenceIncome(ContributionId contribution, PositionId position, uint128 amount) private {
        if (amount == 0) return;
        owed -= amount;
        emit LicenceIncomeCollected(contribution, position, amount);
        _accrue(position, amount);
    }

    function _accrue(PositionId position, uint128 amount) private {
        if (amount == 0) return;
        PositionId[] memory positions = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        positions[0] = position;
        amounts[0] = amount;
        _token.forceApprove(address(_ledger), amount);
        _ledger.accrue(positions, amounts);
    }
}

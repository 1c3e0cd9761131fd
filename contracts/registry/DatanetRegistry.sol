// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {ContributionId, DatanetId, PositionId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice Datanets as ERC-721 tokens, with their contributions and their licence income.
contract DatanetRegistry is ERC721, IDatanetRegistry, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    uint256 private constant BPS = 10_000;
    uint32 private constant ALL_USES = 7;

    struct Accepted {
        ContributionId contribution;
        uint64 recordsBefore;
    }

    /// @dev Licence income per accepted record so far, and what was too little to divide. No unit is ever rounded away.
    struct Licence {
        uint128 perRecord;
        uint128 remainder;
    }

    struct Datanet {
        Terms terms;
        PositionId curatorPosition;
        uint64 records;
        /// @dev Contributions that are accepted or rejected; all of them precede the others.
        uint64 settled;
        Licence licence;
        ContributionId[] contributions;
        Accepted[] accepted;
        string uri;
    }

    IERC20 private immutable _token;
    IRoyaltyLedger private immutable _ledger;
    IRoyaltyPositions private immutable _positions;
    uint48 public immutable leastReviewWindowSeconds;
    uint48 public immutable mostReviewWindowSeconds;

    /// @inheritdoc IDatanetRegistry
    uint64 public datanetCount;
    /// @inheritdoc IDatanetRegistry
    uint64 public contributionCount;
    /// @inheritdoc IDatanetRegistry
    uint256 public owed;

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
        _ledger = ledger;
        _token = IERC20(ledger.token());
        _positions = positions;
        leastReviewWindowSeconds = leastReviewWindowSeconds_;
        mostReviewWindowSeconds = mostReviewWindowSeconds_;
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
    function contribute(
        DatanetId datanet,
        ContributionKind kind,
        Root calldata contentRoot,
        bytes32 licence,
        string calldata uri
    ) external nonReentrant returns (ContributionId contribution) {
        Datanet storage target = _existing(datanet);
        if (contentRoot.hash == 0) revert EmptyContentRoot();
        if (contentRoot.sum == 0 || contentRoot.sum > 1 << TreeKind.CONTENT_DEPTH)
            revert RecordCountOutOfRange(contentRoot.sum);
        contribution = ContributionId.wrap(++contributionCount);
        uint128 bond = target.terms.bondPerRecord * contentRoot.sum;
        _contributions[contribution] = Contribution({
            datanet: datanet,
            recordCount: uint32(contentRoot.sum),
            contributedAt: uint48(block.timestamp),
            kind: kind,
            status: ContributionStatus.Pending,
            contributor: msg.sender,
            position: PositionId.wrap(0),
            bond: bond,
            contentHash: contentRoot.hash,
            licence: licence
        });
        target.contributions.push(contribution);
        owed += bond;
        emit ContributionMade(contribution, datanet, msg.sender, kind, contentRoot, licence, bond, uri);
        uint256 received = _token.take(msg.sender, bond);
        if (received != bond) revert BondMismatch(bond, received);
    }

    /// @inheritdoc IDatanetRegistry
    function accept(ContributionId contribution) external nonReentrant {
        Contribution storage pending = _contributions[contribution];
        if (pending.status == ContributionStatus.None) revert UnknownContribution(contribution);
        if (pending.status != ContributionStatus.Pending) revert ContributionNotPending(contribution);
        DatanetId id = pending.datanet;
        Datanet storage datanet = _datanets[id];
        uint48 until = pending.contributedAt + datanet.terms.reviewWindowSeconds;
        if (block.timestamp < until) revert ReviewWindowOpen(contribution, until);
        ContributionId first = datanet.contributions[datanet.settled];
        if (ContributionId.unwrap(first) != ContributionId.unwrap(contribution)) {
            revert EarlierContributionPending(contribution, first);
        }

        address contributor = pending.contributor;
        uint64 before = datanet.records;
        uint64 place = uint64(datanet.accepted.length);
        pending.status = ContributionStatus.Accepted;
        datanet.settled += 1;
        datanet.records = before + pending.recordCount;
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
        Contribution storage accepted = _accepted(contribution);
        if (accepted.bond == 0 || !_tryReturnBond(contribution, accepted)) revert NothingToReturn(contribution);
    }

    // --- licence income ---

    /// @inheritdoc IDatanetRegistry
    function payLicence(DatanetId datanet, uint128 amount) external nonReentrant {
        Datanet storage licensed = _existing(datanet);
        uint64 records = licensed.records;
        if (records == 0) revert NothingToLicense(datanet);
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
        owed -= amount;
        emit LicenceIncomeCollected(contribution, accepted.position, amount);
        _accrue(accepted.position, amount);
    }

    /// @inheritdoc IDatanetRegistry
    function licenceIncomeOf(ContributionId contribution) public view returns (uint128) {
        Contribution storage accepted = _accepted(contribution);
        uint256 gained = _datanets[accepted.datanet].licence.perRecord - _collected[contribution];
        // No more than came in, which was a u128.
        return uint128(accepted.recordCount * gained);
    }

    // --- views ---

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
    function acceptedOf(DatanetId datanet) external view returns (uint64 count, uint64 records) {
        Datanet storage existing = _existing(datanet);
        return (uint64(existing.accepted.length), existing.records);
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
        if (terms.leastDataShareBps > BPS) revert InvalidTerms("leastDataShareBps");
        if (terms.curatorCutBps > BPS) revert InvalidTerms("curatorCutBps");
        if (terms.mistakeBps > terms.negligenceBps) revert InvalidTerms("mistakeBps");
        if (terms.negligenceBps > terms.maliceBps) revert InvalidTerms("negligenceBps");
        if (terms.maliceBps > BPS) revert InvalidTerms("maliceBps");
        if (terms.allowedUses == 0 || terms.allowedUses > ALL_USES) revert InvalidTerms("allowedUses");
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

    /// @dev A contributor that cannot receive tokens must not stop the acceptance: later contributions wait for it.
    function _tryReturnBond(
        ContributionId contribution,
        Contribution storage accepted
    ) private returns (bool returned) {
        uint128 bond = accepted.bond;
        if (bond == 0) return true;
        accepted.bond = 0;
        owed -= bond;
        returned = _token.trySafeTransfer(accepted.contributor, bond);
        if (returned) {
            emit BondReturned(contribution, accepted.contributor, bond);
        } else {
            accepted.bond = bond;
            owed += bond;
        }
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

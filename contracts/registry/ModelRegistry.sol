// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {Burning} from "../libraries/Burning.sol";
import {Lineage} from "../libraries/Lineage.sol";
import {MethodId} from "../libraries/MethodId.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {DatanetId, ModelId, ModelVersion, PositionId} from "../types/Ids.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";
import {Ancestor, Split} from "../types/Split.sol";

/// @notice Models as ERC-721 tokens, with their versions and attribution indexes.
contract ModelRegistry is ERC721, IModelRegistry, ReentrancyGuardTransient {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    uint256 private constant BPS = 10_000;
    /// @dev Whatever the deployment chooses, no split can be asked to give the treasury more.
    uint16 private constant TREASURY_CAP_BPS = 2_000;
    /// @dev Of a whole layout, the parents' included: a till divides the curators' part over it.
    uint256 private constant MAX_DATANETS = 32;
    /// @dev Places of an index are `u32` and the largest means "none".
    uint256 private constant MAX_RECORDS = type(uint32).max;
    uint32 private constant TRAINING = 1;
    /// @dev Longest that courts hold an index after its window.
    uint48 private constant MOST_HOLD = 30 days;

    /// @dev A segment of the whole layout with its curator's position, in one slot.
    struct LayoutSegment {
        DatanetId datanet;
        uint64 contributions;
        uint64 records;
        PositionId curator;
    }

    struct VersionData {
        Version version;
        Split split;
        uint128 inputPrice;
        uint128 outputPrice;
        /// @dev How many segments at the head of `segments` are the principal parent's.
        uint256 inherited;
        LayoutSegment[] segments;
        Ancestor[] ancestors;
    }

    struct Model {
        PositionId developerPosition;
        string uri;
    }

    IERC20 private immutable _token;
    IDatanetRegistry private immutable _datanets;
    IRoyaltyPositions private immutable _positions;
    uint16 private immutable _treasuryMostBps;
    /// @inheritdoc IModelRegistry
    uint128 public immutable leastIndexBond;
    uint128 private immutable _mostIndexBond;
    /// @inheritdoc IModelRegistry
    address public immutable governance;
    /// @inheritdoc IModelRegistry
    uint48 public immutable indexWindowSeconds;

    address private immutable _deployer;
    bool private _isBound;

    uint16 private _treasuryLeastBps;
    /// @inheritdoc IModelRegistry
    uint128 public indexBond;
    /// @inheritdoc IModelRegistry
    uint64 public modelCount;
    /// @inheritdoc IModelRegistry
    uint64 public versionCount;
    /// @inheritdoc IModelRegistry
    uint256 public owed;

    mapping(ModelId => Model) private _models;
    mapping(ModelVersion => VersionData) private _versions;
    mapping(ModelVersion => Index) private _indexes;
    mapping(ModelVersion => Method) private _methods;
    /// @inheritdoc IModelRegistry
    mapping(ModelVersion => uint32) public indexCommitsOf;
    /// @inheritdoc IModelRegistry
    mapping(address account => bool) public isCourt;

    constructor(
        IERC20 token,
        IDatanetRegistry datanets,
        IRoyaltyPositions positions,
        address governance_,
        Parameters memory p
    ) ERC721("Tributary Model", "MODEL") {
        if (governance_ == address(0)) revert InvalidParameter("governance");
        if (p.treasuryMostBps > TREASURY_CAP_BPS) revert InvalidParameter("treasuryMostBps");
        if (p.indexWindowSeconds == 0) revert InvalidParameter("indexWindowSeconds");
        _deployer = msg.sender;
        _token = token;
        _datanets = datanets;
        _positions = positions;
        governance = governance_;
        _treasuryMostBps = p.treasuryMostBps;
        leastIndexBond = p.indexBond;
        _mostIndexBond = p.mostIndexBond;
        indexWindowSeconds = p.indexWindowSeconds;
        _setTreasuryLeastBps(p.treasuryLeastBps, p.treasuryMostBps);
        _setIndexBond(p.indexBond, p.mostIndexBond);
    }

    modifier onlyGovernance() {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        _;
    }

    /// @inheritdoc IModelRegistry
    function bindCourts(address[] calldata courts) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (_isBound) revert AlreadyBound();
        _isBound = true;
        for (uint256 i; i < courts.length; ++i) {
            if (courts[i].code.length == 0) revert InvalidParameter("courts");
            isCourt[courts[i]] = true;
            emit CourtNamed(courts[i]);
        }
    }

    // --- governance ---

    /// @inheritdoc IModelRegistry
    function setTreasuryLeastBps(uint16 bps) external onlyGovernance {
        _setTreasuryLeastBps(bps, _treasuryMostBps);
    }

    /// @inheritdoc IModelRegistry
    function setIndexBond(uint128 bond) external onlyGovernance {
        _setIndexBond(bond, _mostIndexBond);
    }

    function _setTreasuryLeastBps(uint16 bps, uint16 most) private {
        if (bps > most) revert InvalidParameter("treasuryLeastBps");
        _treasuryLeastBps = bps;
        emit TreasuryLeastBpsSet(bps);
    }

    function _setIndexBond(uint128 bond, uint128 most) private {
        if (bond < leastIndexBond) revert IndexBondTooLow(bond, leastIndexBond);
        if (bond > most) revert InvalidParameter("indexBond");
        indexBond = bond;
        emit IndexBondSet(bond);
    }

    // --- registration ---

    /// @inheritdoc IModelRegistry
    function register(
        Registration calldata registration
    ) external nonReentrant returns (ModelId model, ModelVersion version) {
        model = ModelId.wrap(++modelCount);
        _mint(msg.sender, ModelId.unwrap(model));
        PositionId position = _positions.mint(
            msg.sender,
            IRoyaltyPositions.PositionKind.Developer,
            ModelId.unwrap(model)
        );
        _models[model] = Model(position, registration.uri);
        emit ModelRegistered(model, msg.sender, position, registration.uri);
        version = _registerVersion(model, position, registration);
    }

    /// @inheritdoc IModelRegistry
    function registerVersion(
        ModelId model,
        Registration calldata registration
    ) external nonReentrant returns (ModelVersion) {
        _requireModelOwner(model);
        return _registerVersion(model, _models[model].developerPosition, registration);
    }

    /// @dev Checks and effects; the licence fees are taken last.
    function _registerVersion(
        ModelId model,
        PositionId developerPosition,
        Registration calldata registration
    ) private returns (ModelVersion version) {
        // Before the version exists, so that it cannot be its own parent.
        Ancestor[] memory ancestors = ancestorsFor(registration.parents);
        version = ModelVersion.wrap(++versionCount);
        VersionData storage data = _versions[version];
        data.version = Version({
            model: model,
            principalParent: registration.parents.length == 0 ? ModelVersion.wrap(0) : registration.parents[0],
            registeredAt: uint48(block.timestamp),
            records: 0,
            parentRecords: 0,
            royaltyBps: registration.royaltyBps,
            developerPosition: developerPosition,
            weightsHash: registration.weightsHash
        });
        data.inputPrice = registration.inputPrice;
        data.outputPrice = registration.outputPrice;
        data.split = registration.split;

        _requireValid(registration, ancestors);
        for (uint256 i; i < ancestors.length; ++i) data.ancestors.push(ancestors[i]);

        _layOut(data, registration);
        emit VersionRegistered(
            version,
            model,
            registration.weightsHash,
            registration.parents,
            segmentsOf(version),
            registration.split,
            ancestors,
            data.version.records,
            registration.inputPrice,
            registration.outputPrice,
            registration.royaltyBps
        );
        _payLicences(version, registration.datanets);
    }

    /// @dev Writes the index layout: the principal parent's segments, then one per named datanet. All of their terms bind the data share.
    function _layOut(VersionData storage data, Registration calldata registration) private {
        uint256 inherited;
        uint256 records;
        uint16 granted = registration.split.data;
        if (registration.parents.length != 0) {
            VersionData storage parent = _versions[registration.parents[0]];
            inherited = parent.segments.length;
            records = parent.version.records;
            data.version.parentRecords = uint64(records);
            data.inherited = inherited;
        }
        uint256 count = inherited + registration.datanets.length;
        if (count > MAX_DATANETS) revert TooManyDatanets(count);
        for (uint256 i; i < inherited; ++i) {
            LayoutSegment memory segment = _versions[registration.parents[0]].segments[i];
            _requireDataShare(segment.datanet, _datanets.termsOf(segment.datanet).leastDataShareBps, granted);
            data.segments.push(segment);
        }
        for (uint256 i; i < registration.datanets.length; ++i) {
            LayoutSegment memory segment = _license(registration.datanets[i], granted);
            for (uint256 j; j < i; ++j) {
                if (_equal(registration.datanets[j], segment.datanet)) revert DuplicateDatanet(segment.datanet);
            }
            for (uint256 j; j < inherited; ++j) {
                if (_equal(data.segments[j].datanet, segment.datanet)) revert DatanetInherited(segment.datanet);
            }
            records += segment.records;
            data.segments.push(segment);
        }
        if (records == 0) revert NoRecords();
        if (records > MAX_RECORDS) revert TooManyRecords(records);
        data.version.records = uint64(records);
    }

    /// @dev The segment of a datanet as it stands now.
    function _license(DatanetId datanet, uint16 granted) private view returns (LayoutSegment memory) {
        IDatanetRegistry.Terms memory terms = _datanets.termsOf(datanet);
        if (terms.allowedUses & TRAINING == 0) revert TrainingNotAllowed(datanet);
        _requireDataShare(datanet, terms.leastDataShareBps, granted);
        (uint64 contributions, uint64 records) = _datanets.acceptedOf(datanet);
        if (_datanets.licensedRecordsOf(datanet) == 0) revert IDatanetRegistry.NothingToLicense(datanet);
        return LayoutSegment(datanet, contributions, records, _datanets.curatorPositionOf(datanet));
    }

    function _payLicences(ModelVersion version, DatanetId[] calldata datanets) private {
        for (uint256 i; i < datanets.length; ++i) {
            uint128 fee = _datanets.termsOf(datanets[i]).licenceFee;
            if (fee == 0) continue;
            _take(fee);
            _token.forceApprove(address(_datanets), fee);
            _datanets.payLicence(datanets[i], fee);
            emit LicencePaid(version, datanets[i], fee);
        }
    }

    function _requireValid(Registration calldata registration, Ancestor[] memory ancestors) private view {
        if (registration.royaltyBps > BPS) revert RoyaltyTooHigh(registration.royaltyBps);
        Split calldata split = registration.split;
        uint16 least = _treasuryLeastBps;
        if (split.treasury < least || split.treasury > _treasuryMostBps) {
            revert TreasuryShareOutOfRange(split.treasury, least, _treasuryMostBps);
        }
        uint256 total = uint256(split.treasury) + split.gateway + split.curators;
        total += uint256(split.stakers) + split.developer + split.data;
        for (uint256 i; i < ancestors.length; ++i) total += ancestors[i].bps;
        if (total != BPS) revert SplitTotal(total);
    }

    function _requireDataShare(DatanetId datanet, uint16 least, uint16 granted) private pure {
        if (granted < least) revert DataShareTooLow(datanet, least, granted);
    }

    // --- prices ---

    /// @inheritdoc IModelRegistry
    function setPrice(ModelVersion version, uint128 inputPrice, uint128 outputPrice) external {
        VersionData storage data = _known(version);
        _requireModelOwner(data.version.model);
        data.inputPrice = inputPrice;
        data.outputPrice = outputPrice;
        emit PriceSet(version, inputPrice, outputPrice);
    }

    // --- attribution indexes ---

    /// @inheritdoc IModelRegistry
    function commitIndex(
        ModelVersion version,
        Method calldata method,
        Root calldata root,
        bytes32 bundleHash
    ) external nonReentrant {
        Version storage committed = _known(version).version;
        _requireModelOwner(committed.model);
        if (_indexes[version].committedAt != 0) revert IndexExists(version);
        string memory invalid = MethodId.invalidField(method);
        if (bytes(invalid).length != 0) revert InvalidMethod(invalid);
        if (root.hash == 0) revert EmptyIndexRoot();
        if (root.sum != committed.records) revert IndexCountMismatch(root.sum, committed.records);
        bytes32 methodId = MethodId.idOf(method);
        uint48 usableAt = uint48(block.timestamp) + indexWindowSeconds;
        uint128 bond = indexBond;
        _methods[version] = method;
        _indexes[version] = Index({
            hash: root.hash,
            sum: root.sum,
            committedAt: uint48(block.timestamp),
            usableAt: usableAt,
            committer: msg.sender,
            bond: bond,
            methodId: methodId,
            bundleHash: bundleHash
        });
        ++indexCommitsOf[version];
        owed += bond;
        emit IndexCommitted(version, methodId, root, method, bundleHash, msg.sender, bond, usableAt);
        _take(bond);
    }

    /// @inheritdoc IModelRegistry
    function returnIndexBond(ModelVersion version) external nonReentrant {
        Index storage index = _indexes[version];
        if (index.committedAt == 0) revert NoIndex(version);
        if (block.timestamp < index.usableAt) revert IndexWindowOpen(version, index.usableAt);
        uint128 bond = index.bond;
        if (bond == 0) revert NoIndexBondHeld(version);
        index.bond = 0;
        owed -= bond;
        emit IndexBondReturned(version, index.committer, bond);
        _token.safeTransfer(index.committer, bond);
    }

    /// @inheritdoc IModelRegistry
    function endIndex(ModelVersion version, address prover) external nonReentrant returns (uint128 reward) {
        if (!isCourt[msg.sender]) revert NotCourt(msg.sender);
        if (indexStatus(version) != IndexStatus.Pending) revert IndexNotPending(version);
        Index memory ended = _indexes[version];
        delete _indexes[version];
        delete _methods[version];
        owed -= ended.bond;
        reward = ended.bond / 2;
        // A reward that cannot be received must not save the index: it burns with the rest.
        if (!_token.trySafeTransfer(prover, reward)) reward = 0;
        emit IndexEnded(version, indexCommitsOf[version] - 1, prover, reward, ended.bond - reward);
        _token.burn(ended.bond - reward);
    }

    /// @inheritdoc IModelRegistry
    function holdIndex(ModelVersion version, uint48 until) external {
        if (!isCourt[msg.sender]) revert NotCourt(msg.sender);
        if (indexStatus(version) != IndexStatus.Pending) revert IndexNotPending(version);
        Index storage held = _indexes[version];
        uint48 latest = held.committedAt + indexWindowSeconds + MOST_HOLD;
        if (until > latest) revert HoldTooLong(until, latest);
        if (until <= held.usableAt) return;
        held.usableAt = until;
        emit IndexHeld(version, indexCommitsOf[version] - 1, until);
    }

    // --- views ---

    /// @inheritdoc IModelRegistry
    function parameters() external view returns (Parameters memory) {
        return
            Parameters({
                treasuryLeastBps: _treasuryLeastBps,
                treasuryMostBps: _treasuryMostBps,
                indexBond: indexBond,
                mostIndexBond: _mostIndexBond,
                indexWindowSeconds: indexWindowSeconds
            });
    }

    /// @inheritdoc IModelRegistry
    function versionOf(ModelVersion version) external view returns (Version memory) {
        return _known(version).version;
    }

    /// @inheritdoc IModelRegistry
    function splitOf(ModelVersion version) external view returns (Split memory, Ancestor[] memory) {
        VersionData storage data = _known(version);
        return (data.split, data.ancestors);
    }

    /// @inheritdoc IModelRegistry
    function closingOf(ModelVersion version) external view returns (Closing memory closing) {
        VersionData storage data = _known(version);
        closing.model = data.version.model;
        closing.isUsable = indexStatus(version) == IndexStatus.Usable;
        closing.developerPosition = data.version.developerPosition;
        closing.split = data.split;
        closing.ancestors = data.ancestors;
        (closing.curators, closing.curatedRecords) = curatorsOf(version);
    }

    /// @inheritdoc IModelRegistry
    function ancestorsFor(ModelVersion[] calldata parents) public view returns (Ancestor[] memory) {
        Ancestor[] memory merged = Lineage.empty();
        uint256 count;
        for (uint256 i; i < parents.length; ++i) {
            VersionData storage parent = _known(parents[i]);
            count = Lineage.add(merged, count, Ancestor(parent.version.developerPosition, parent.version.royaltyBps));
            uint256 length = parent.ancestors.length;
            for (uint256 j; j < length; ++j) count = Lineage.add(merged, count, parent.ancestors[j]);
        }
        if (count > Lineage.MOST) revert TooManyAncestors(count);
        return Lineage.cut(merged, count);
    }

    /// @inheritdoc IModelRegistry
    function curatorsOf(
        ModelVersion version
    ) public view returns (PositionId[] memory positions, uint256[] memory records) {
        LayoutSegment[] storage all = _known(version).segments;
        uint256 length = all.length;
        positions = new PositionId[](length);
        records = new uint256[](length);
        for (uint256 i; i < length; ++i) {
            LayoutSegment memory segment = all[i];
            positions[i] = segment.curator;
            records[i] = segment.records;
        }
    }

    /// @inheritdoc IModelRegistry
    function segmentsOf(ModelVersion version) public view returns (Segment[] memory) {
        VersionData storage data = _known(version);
        return _segmentsFrom(data, data.inherited);
    }

    /// @inheritdoc IModelRegistry
    function layoutOf(ModelVersion version) external view returns (Segment[] memory) {
        return _segmentsFrom(_known(version), 0);
    }

    /// @inheritdoc IModelRegistry
    function pricesOf(ModelVersion version) external view returns (uint128 inputPrice, uint128 outputPrice) {
        VersionData storage data = _known(version);
        return (data.inputPrice, data.outputPrice);
    }

    /// @inheritdoc IModelRegistry
    function indexOf(ModelVersion version) external view returns (Index memory) {
        return _indexes[version];
    }

    /// @inheritdoc IModelRegistry
    function methodOf(ModelVersion version) external view returns (Method memory) {
        return _methods[version];
    }

    /// @inheritdoc IModelRegistry
    function indexStatus(ModelVersion version) public view returns (IndexStatus) {
        Index storage index = _indexes[version];
        if (index.committedAt == 0) return IndexStatus.None;
        return block.timestamp < index.usableAt ? IndexStatus.Pending : IndexStatus.Usable;
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return _models[ModelId.wrap(uint64(tokenId))].uri;
    }

    // --- internal ---

    function _known(ModelVersion version) private view returns (VersionData storage data) {
        data = _versions[version];
        if (data.version.registeredAt == 0) revert UnknownVersion(version);
    }

    function _segmentsFrom(VersionData storage data, uint256 first) private view returns (Segment[] memory segments) {
        segments = new Segment[](data.segments.length - first);
        for (uint256 i; i < segments.length; ++i) {
            LayoutSegment memory segment = data.segments[first + i];
            segments[i] = Segment(segment.datanet, segment.contributions, segment.records);
        }
    }

    function _requireModelOwner(ModelId model) private view {
        if (PositionId.unwrap(_models[model].developerPosition) == 0) revert UnknownModel(model);
        if (_ownerOf(ModelId.unwrap(model)) != msg.sender) revert NotModelOwner(model, msg.sender);
    }

    function _take(uint128 amount) private {
        uint256 received = _token.take(msg.sender, amount);
        if (received != amount) revert AmountMismatch(amount, received);
    }

    function _equal(DatanetId a, DatanetId b) private pure returns (bool) {
        return DatanetId.unwrap(a) == DatanetId.unwrap(b);
    }
}

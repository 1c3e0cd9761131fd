// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, DatanetId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ProtocolWorld} from "./ProtocolWorld.sol";

/// @notice What contributors, curators and licensees do, and the books of bonds and licence income.
abstract contract DataActions is ProtocolWorld {
    uint64 public constant DATANETS = 2;
    /// @dev So few different records that repetitions are frequent.
    uint256 private constant RECORDS = 60;
    uint64 internal constant SPAN = 24;

    /// @notice Licence income per record of a datanet that shares it so far, and what was too little to divide.
    struct Licence {
        uint256 perRecord;
        uint256 remainder;
        uint256 records;
    }

    mapping(uint64 contribution => bytes32[]) internal _recordsOf;
    mapping(uint64 datanet => Licence) internal _licences;
    mapping(uint64 contribution => uint256 perRecord) internal _collectedAt;
    mapping(uint64 contribution => bool) internal _isWithdrawn;
    uint256 private _salt;

    function _createDatanets() internal {
        vm.startPrank(accounts[CURATOR]);
        _p.datanets.createDatanet(_terms(100, 1_000, 1_000), "");
        _p.datanets.createDatanet(_terms(7, 55, 333), "");
        vm.stopPrank();
    }

    function _terms(uint128 bond, uint128 fee, uint16 cut) private pure returns (IDatanetRegistry.Terms memory) {
        return
            IDatanetRegistry.Terms({
                bondPerRecord: bond,
                licenceFee: fee,
                reviewWindowSeconds: 1 days,
                leastDataShareBps: 3_000,
                curatorCutBps: cut,
                mistakeBps: 1_000,
                negligenceBps: 3_333,
                maliceBps: 10_000,
                allowedUses: 1
            });
    }

    // --- actions ---

    function contribute(uint256 who, uint256 which, uint256 content) external {
        _contribute(accounts[who % USERS], _datanet(which), _records(content));
        _did();
    }

    function acceptNext(uint256 which) external {
        ContributionId next = _p.datanets.nextToSettle(_datanet(which));
        if (_statusOf(ContributionId.unwrap(next)) != IDatanetRegistry.ContributionStatus.Pending) return;
        _accept(next);
        _did();
    }

    function payLicence(uint256 who, uint256 which, uint256 amount) external {
        DatanetId datanet = _datanet(which);
        uint128 paid = _amount(amount);
        _bookLicence(datanet, _person(who), paid);
        vm.prank(_person(who));
        _p.datanets.payLicence(datanet, paid);
        _did();
    }

    function collectLicence(uint256 which) external {
        uint64 id = _pickAny(which, _isAccepted);
        if (id == 0) return;
        uint256 amount = licenceIncomeOf(id);
        IDatanetRegistry.Contribution memory contribution = _contribution(id);
        _collectedAt[id] = _licences[DatanetId.unwrap(contribution.datanet)].perRecord;
        _accrue(OPEN, contribution.position, amount);
        if (_p.datanets.collectLicenceIncome(ContributionId.wrap(id)) != amount) _violate("licence income");
        if (amount != 0) _did();
    }

    function withdrawContribution(uint256 which) external {
        uint64 id = _pickAny(which, _isWithdrawable);
        if (id == 0) return;
        IDatanetRegistry.Contribution memory contribution = _contribution(id);
        _accrue(OPEN, contribution.position, licenceIncomeOf(id));
        _licences[DatanetId.unwrap(contribution.datanet)].records -= contribution.recordCount;
        _isWithdrawn[id] = true;
        vm.prank(contribution.contributor);
        _p.datanets.withdraw(ContributionId.wrap(id));
        _did();
    }

    // --- steps ---

    function _contribute(
        address by,
        DatanetId datanet,
        bytes32[] memory records
    ) internal returns (ContributionId contribution) {
        Root memory root = ContentTree.rootOf(records);
        bytes32 salt = bytes32(++_salt);
        _p.datanets.reserve(_p.datanets.reservationOf(by, datanet, root, salt));
        _nextBlock();
        vm.prank(by);
        contribution = _p.datanets.contribute(datanet, IDatanetRegistry.ContributionKind.Data, root, "MIT", "", salt);
        _recordsOf[ContributionId.unwrap(contribution)] = records;
        _takeBond(Bond.Contribution, by, _p.datanets.termsOf(datanet).bondPerRecord * records.length);
    }

    function _accept(ContributionId contribution) internal {
        IDatanetRegistry.Contribution memory accepted = _p.datanets.contributionOf(contribution);
        _reach(accepted.contributedAt + _p.datanets.termsOf(accepted.datanet).reviewWindowSeconds);
        _p.datanets.accept(contribution);
        Licence storage licence = _licences[DatanetId.unwrap(accepted.datanet)];
        licence.records += accepted.recordCount;
        _collectedAt[ContributionId.unwrap(contribution)] = licence.perRecord;
        _returnBond(Bond.Contribution, accepted.contributor, accepted.bond);
    }

    /// @dev The curator's cut goes to its position at once; the rest is divided over the records, and what cannot be is kept for the next payment.
    function _bookLicence(DatanetId datanet, address payer, uint256 amount) internal {
        IDatanetRegistry.Terms memory terms = _p.datanets.termsOf(datanet);
        Licence storage licence = _licences[DatanetId.unwrap(datanet)];
        uint256 cut = (amount * terms.curatorCutBps) / BPS;
        uint256 pot = licence.remainder + amount - cut;
        licence.perRecord += pot / licence.records;
        licence.remainder = pot % licence.records;
        spent[OPEN][payer] += amount;
        _accrue(OPEN, _p.datanets.curatorPositionOf(datanet), cut);
    }

    // --- views ---

    function licenceIncomeOf(uint64 id) public view returns (uint256) {
        if (_isWithdrawn[id]) return 0;
        IDatanetRegistry.Contribution memory contribution = _contribution(id);
        uint256 gained = _licences[DatanetId.unwrap(contribution.datanet)].perRecord - _collectedAt[id];
        return contribution.recordCount * gained;
    }

    /// @notice Licence income that no contribution has collected, what is too little to divide included.
    function licencesHeld() external view returns (uint256 held) {
        for (uint64 id = 1; id <= DATANETS; ++id) held += _licences[id].remainder;
        uint64 count = _p.datanets.contributionCount();
        for (uint64 id = 1; id <= count; ++id) {
            if (_isAccepted(id)) held += licenceIncomeOf(id);
        }
    }

    function _datanet(uint256 seed) internal pure returns (DatanetId) {
        return DatanetId.wrap(uint64(1 + (seed % DATANETS)));
    }

    function _records(uint256 seed) internal pure returns (bytes32[] memory records) {
        records = new bytes32[](1 + (seed % 3));
        for (uint256 i; i < records.length; ++i) {
            records[i] = bytes32(1 + (uint256(keccak256(abi.encode(seed, i))) % RECORDS));
        }
    }

    function _contribution(uint64 id) internal view returns (IDatanetRegistry.Contribution memory) {
        return _p.datanets.contributionOf(ContributionId.wrap(id));
    }

    function _statusOf(uint64 id) internal view returns (IDatanetRegistry.ContributionStatus) {
        if (id == 0) return IDatanetRegistry.ContributionStatus.None;
        return _contribution(id).status;
    }

    function _isAccepted(uint64 id) internal view returns (bool) {
        return _statusOf(id) == IDatanetRegistry.ContributionStatus.Accepted;
    }

    /// @dev Something is left to license, so that models can be registered.
    function _isWithdrawable(uint64 id) private view returns (bool) {
        if (!_isAccepted(id) || _isWithdrawn[id]) return false;
        IDatanetRegistry.Contribution memory contribution = _contribution(id);
        return _licences[DatanetId.unwrap(contribution.datanet)].records > contribution.recordCount;
    }

    function _isUnsettled(uint64 id) internal view returns (bool) {
        IDatanetRegistry.ContributionStatus status = _statusOf(id);
        return
            status == IDatanetRegistry.ContributionStatus.Pending ||
            status == IDatanetRegistry.ContributionStatus.UnderReview;
    }

    /// @dev A contribution that fits, from the earliest that is not settled on; 0 if there is none.
    function _pick(uint256 seed, function(uint64) internal view returns (bool) fits) internal view returns (uint64) {
        uint64 first = type(uint64).max;
        for (uint64 i = 1; i <= DATANETS; ++i) {
            uint64 next = ContributionId.unwrap(_p.datanets.nextToSettle(DatanetId.wrap(i)));
            if (next != 0 && next < first) first = next;
        }
        return first == type(uint64).max ? 0 : _pickFrom(first, seed, fits);
    }

    function _pickAny(uint256 seed, function(uint64) internal view returns (bool) fits) internal view returns (uint64) {
        return _pickFrom(1 + uint64(seed % _p.datanets.contributionCount()), seed, fits);
    }

    function _pickFrom(
        uint64 first,
        uint256 seed,
        function(uint64) internal view returns (bool) fits
    ) private view returns (uint64) {
        uint64 span = _p.datanets.contributionCount() + 1 - first;
        if (span > SPAN) span = SPAN;
        for (uint64 i; i < span; ++i) {
            uint64 id = first + uint64((seed + i) % span);
            if (fits(id)) return id;
        }
        return 0;
    }
}

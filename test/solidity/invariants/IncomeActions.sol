// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {DatanetId, ModelId, ModelVersion, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Ancestor, Split} from "../../../contracts/types/Split.sol";
import {ReviewActions} from "./ReviewActions.sol";

/// @notice What developers, payers, gateways and attributors do, and the books of what a fee is divided into.
abstract contract IncomeActions is ReviewActions {
    uint64 private constant MOST_VERSIONS = 8;
    uint64 private constant MOST_MODELS = 4;
    uint32 private constant CALLS = 5;

    /// @notice Data shares: that came in, that were given up to the treasury, and that joined a finalised epoch.
    mapping(uint256 ledger => uint256) public pooled;
    mapping(uint256 ledger => uint256) public givenUp;
    mapping(uint256 ledger => uint256) public finalized;
    /// @notice What a till was paid and has not divided.
    mapping(address till => uint256) public inTill;
    address[] private _tills;
    mapping(address till => uint256 token) private _tokenOf;

    // --- actions ---

    function register(uint256 kind, uint256 which, uint256 seed) external {
        if (_p.models.versionCount() >= MOST_VERSIONS) return;
        IModelRegistry.Registration memory r;
        uint64 version = 1 + uint64(which % _p.models.versionCount());
        if (kind % 2 == 0) {
            r.parents = new ModelVersion[](1);
            r.parents[0] = ModelVersion.wrap(version);
        } else {
            r.datanets = _licensable(which);
        }
        if (!_fill(r, seed)) return;
        ModelId model =
            kind % 4 < 2 && _p.models.modelCount() < MOST_MODELS
                ? ModelId.wrap(0)
                : _p.models.versionOf(ModelVersion.wrap(version)).model;
        _register(model, r);
        _did();
    }

    function commitIndex(uint256 which) external {
        ModelVersion version = _version(which, IModelRegistry.IndexStatus.None);
        if (ModelVersion.unwrap(version) == 0) return;
        _commitIndex(version);
        _did();
    }

    function returnIndexBond(uint256 which) external {
        ModelVersion version = _version(which, IModelRegistry.IndexStatus.Pending);
        if (ModelVersion.unwrap(version) == 0) version = _version(which, IModelRegistry.IndexStatus.Usable);
        IModelRegistry.Index memory index = _p.models.indexOf(version);
        if (index.bond == 0) return;
        _reach(index.usableAt);
        _returnBond(Bond.Index, index.committer, index.bond);
        _p.models.returnIndexBond(version);
        _did();
    }

    function pay(uint256 who, uint256 which, uint256 amount) external {
        _pay(_person(who), _till(which), _amount(amount));
        _did();
    }

    function close(uint256 which, uint256 versionSeed, uint256 part) external {
        ModelTill till = _till(which);
        if (inTill[address(till)] == 0) _pay(accounts[which % USERS], till, _amount(part));
        ModelVersion version = _versionOf(till, versionSeed);
        if (ModelVersion.unwrap(version) == 0) return;
        uint256 held = inTill[address(till)];
        _close(till, version, uint128(part % 3 == 0 ? 1 + (part % held) : held));
        _did();
    }

    function closePlain(uint256 which, uint256 versionSeed, uint256 amount) external {
        ModelTill till = _till(which);
        if (inTill[address(till)] == 0) _pay(accounts[which % USERS], till, _amount(amount));
        ModelVersion version = _versionOf(till, versionSeed);
        if (ModelVersion.unwrap(version) == 0) return;
        uint256 fee = inTill[address(till)];
        pooled[_tokenOf[address(till)]] += _bookFee(till, version, fee);
        vm.prank(accounts[GATEWAY]);
        till.closePlain(version);
        if (tokens[_tokenOf[address(till)]].balanceOf(address(till)) != 0) _violate("a till kept something");
        _did();
    }

    function attest(uint256 which, uint256 seed) external {
        uint256 ledger = which % 2;
        SettlementId settlement = _openSettlement(ledger, seed);
        if (SettlementId.unwrap(settlement) != 0 && _attest(ledger, settlement)) _did();
    }

    function advance(uint256 which, uint256 max) external {
        if (ledgers[which % 2].queueLength() == 0) return;
        vm.warp(vm.getBlockTimestamp() + SKETCH_WINDOW_SECONDS);
        ledgers[which % 2].advance(1 + (max % 8));
        _did();
    }

    function expire(uint256 which, uint256 seed) external {
        uint256 ledger = which % 2;
        SettlementId settlement = _openSettlement(ledger, seed);
        if (SettlementId.unwrap(settlement) == 0) return;
        IRoyaltyLedger.Settlement memory open = ledgers[ledger].settlementOf(settlement);
        if (!_isWorthWaiting(open.openedAt + SETTLEMENT_LIFETIME_SECONDS)) return;
        _giveUp(ledger, open.pool);
        ledgers[ledger].expire(settlement);
        _did();
    }

    function expirePlain(uint256 which, uint256 seed) external {
        uint256 ledger = which % 2;
        uint64 count = _p.models.versionCount();
        for (uint256 i; i < count; ++i) {
            ModelVersion version = ModelVersion.wrap(1 + uint64(((seed % count) + i) % count));
            (uint128 amount, uint48 since) = ledgers[ledger].plainIncomeOf(version);
            if (amount == 0 || !_isWorthWaiting(since + SETTLEMENT_LIFETIME_SECONDS)) continue;
            _giveUp(ledger, amount);
            ledgers[ledger].expirePlainIncome(version);
            _did();
            return;
        }
    }

    // --- steps ---

    function _registerFirst() internal {
        IModelRegistry.Registration memory r;
        r.datanets = new DatanetId[](1);
        r.datanets[0] = DatanetId.wrap(1);
        _fill(r, 12_345);
        _register(ModelId.wrap(0), r);
        r.parents = new ModelVersion[](1);
        r.parents[0] = ModelVersion.wrap(1);
        r.datanets[0] = DatanetId.wrap(2);
        _fill(r, 54_321);
        _register(ModelId.wrap(0), r);
        for (uint64 i = 1; i <= 2; ++i) {
            _commitIndex(ModelVersion.wrap(i));
            for (uint256 token; token < 2; ++token) {
                address till = factories[token].createTill(ModelId.wrap(i), accounts[GATEWAY]);
                _tills.push(till);
                _tokenOf[till] = token;
            }
        }
        vm.warp(vm.getBlockTimestamp() + INDEX_WINDOW_SECONDS);
    }

    function _register(ModelId model, IModelRegistry.Registration memory r) private {
        for (uint256 i; i < r.datanets.length; ++i) {
            uint128 fee = _p.datanets.termsOf(r.datanets[i]).licenceFee;
            _bookLicence(r.datanets[i], accounts[DEVELOPER], fee);
        }
        vm.prank(accounts[DEVELOPER]);
        if (ModelId.unwrap(model) == 0) _p.models.register(r);
        else _p.models.registerVersion(model, r);
    }

    function _commitIndex(ModelVersion version) private {
        uint128 records = _p.models.versionOf(version).records;
        _takeBond(Bond.Index, accounts[DEVELOPER], _p.models.indexBond());
        vm.prank(accounts[DEVELOPER]);
        _p.models.commitIndex(version, Method(256, 32, 192, 64_225, 6_554, 230, "spec"), Root("index", records), 0);
    }

    function _pay(address payer, ModelTill till, uint128 amount) internal {
        uint256 token = _tokenOf[address(till)];
        spent[token][payer] += amount;
        inTill[address(till)] += amount;
        vm.prank(payer);
        tokens[token].transfer(address(till), amount);
    }

    function _close(ModelTill till, ModelVersion version, uint128 fee) internal returns (SettlementId settlement) {
        pooled[_tokenOf[address(till)]] += _bookFee(till, version, fee);
        vm.prank(accounts[GATEWAY]);
        settlement = till.close(version, Root("receipts", fee), CALLS, 0);
    }

    /// @return Whether the attributors' stake makes a quorum.
    function _attest(uint256 ledger, SettlementId settlement) internal returns (bool) {
        (address one, address two) = (accounts[ATTRIBUTOR], accounts[ATTRIBUTOR + 1]);
        if (one > two) (one, two) = (two, one);
        (uint256 first, uint256 second) = (attributors.weightOf(one), attributors.weightOf(two));
        if (first + second < attributors.quorum()) return false;
        bytes32 digest = ledgers[ledger].attestationDigest(settlement, "sketches");
        bytes[] memory signatures = new bytes[](first == 0 || second == 0 ? 1 : 2);
        if (first != 0) signatures[0] = _sign(one, digest);
        if (second != 0) signatures[signatures.length - 1] = _sign(two, digest);
        ledgers[ledger].commitSketches(settlement, Root("sketches", CALLS), 0, signatures);
        return true;
    }

    function _sign(address account, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keyOf[account], digest);
        return abi.encodePacked(r, s, v);
    }

    // --- books ---

    /// @dev Part after part of docs/formats.md §6.2: each ends at the floor of the fee's share up to there. @return pool The data's part.
    function _bookFee(ModelTill till, ModelVersion version, uint256 fee) private returns (uint256 pool) {
        uint256 token = _tokenOf[address(till)];
        inTill[address(till)] -= fee;
        (Split memory split, Ancestor[] memory ancestors) = _p.models.splitOf(version);
        uint256 upTo = split.treasury;
        _accrue(token, PositionId.wrap(1), (fee * upTo) / BPS);
        due[token][accounts[GATEWAY]] += _share(fee, upTo, split.gateway);
        upTo += split.gateway;
        for (uint256 i; i < ancestors.length; ++i) {
            _accrue(token, ancestors[i].position, _share(fee, upTo, ancestors[i].bps));
            upTo += ancestors[i].bps;
        }
        _bookCurators(token, version, _share(fee, upTo, split.curators));
        upTo += split.curators;
        uint256 stakers = _share(fee, upTo, split.stakers);
        upTo += split.stakers;
        _accrue(token, _p.models.versionOf(version).developerPosition, _share(fee, upTo, split.developer));
        upTo += split.developer;
        pool = fee - (fee * upTo) / BPS;
        if (_p.staking.isRewardToken(address(tokens[token]))) funded[token] += stakers;
        else pool += stakers;
    }

    function _bookCurators(uint256 token, ModelVersion version, uint256 amount) private {
        (PositionId[] memory curators, uint256[] memory records) = _p.models.curatorsOf(version);
        uint256 total = _p.models.versionOf(version).records;
        uint256 before;
        for (uint256 i; i < curators.length; ++i) {
            uint256 after_ = before + records[i];
            _accrue(token, curators[i], (amount * after_) / total - (amount * before) / total);
            before = after_;
        }
    }

    function _share(uint256 fee, uint256 upTo, uint256 bps) private pure returns (uint256) {
        return (fee * (upTo + bps)) / BPS - (fee * upTo) / BPS;
    }

    function _giveUp(uint256 ledger, uint256 pool) private {
        givenUp[ledger] += pool;
        _accrue(ledger, PositionId.wrap(1), pool);
    }

    // --- views ---

    function tillCount() external view returns (uint256) {
        return _tills.length;
    }

    /// @notice A till, its token, and what it should hold.
    function tillAt(uint256 i) external view returns (address till, uint256 token, uint256 held) {
        till = _tills[i];
        return (till, _tokenOf[till], inTill[till]);
    }

    /// @notice Index bonds that were not returned.
    function indexBondsHeld() external view returns (uint256 held) {
        uint64 count = _p.models.versionCount();
        for (uint64 id = 1; id <= count; ++id) held += _p.models.indexOf(ModelVersion.wrap(id)).bond;
    }

    function _till(uint256 seed) internal view returns (ModelTill) {
        return ModelTill(_tills[seed % _tills.length]);
    }

    function _tillOf(uint256 token, uint256 seed) internal view returns (ModelTill) {
        return ModelTill(_tills[2 * (seed % (_tills.length / 2)) + token]);
    }

    /// @dev A version of the till's model that can be closed; 0 if there is none.
    function _versionOf(ModelTill till, uint256 seed) internal view returns (ModelVersion) {
        uint64 count = _p.models.versionCount();
        for (uint256 i; i < count; ++i) {
            ModelVersion version = ModelVersion.wrap(1 + uint64(((seed % count) + i) % count));
            bool isOwn = ModelId.unwrap(_p.models.versionOf(version).model) == ModelId.unwrap(till.model());
            if (isOwn && _p.models.indexStatus(version) == IModelRegistry.IndexStatus.Usable) return version;
        }
        return ModelVersion.wrap(0);
    }

    function _version(uint256 seed, IModelRegistry.IndexStatus status) private view returns (ModelVersion) {
        uint64 count = _p.models.versionCount();
        for (uint256 i; i < count; ++i) {
            ModelVersion version = ModelVersion.wrap(1 + uint64(((seed % count) + i) % count));
            bool isBonded = status == IModelRegistry.IndexStatus.None || _p.models.indexOf(version).bond != 0;
            if (isBonded && _p.models.indexStatus(version) == status) return version;
        }
        return ModelVersion.wrap(0);
    }

    function _openSettlement(uint256 ledger, uint256 seed) private view returns (SettlementId) {
        uint64 count = ledgers[ledger].settlementCount();
        uint64 span = count < SPAN ? count : SPAN;
        for (uint256 i; i < span; ++i) {
            SettlementId settlement = SettlementId.wrap(count - uint64(((seed % span) + i) % span));
            if (ledgers[ledger].settlementOf(settlement).status == IRoyaltyLedger.SettlementStatus.Open)
                return settlement;
        }
        return SettlementId.wrap(0);
    }

    /// @dev Goes to a moment that is near. Far ones come by themselves, without ending every other window.
    function _isWorthWaiting(uint256 time) private returns (bool) {
        if (_now() + 45 days < time) return false;
        _reach(time);
        return true;
    }

    function _licensable(uint256 seed) private pure returns (DatanetId[] memory datanets) {
        datanets = new DatanetId[](1 + (seed % 2));
        datanets[0] = _datanet(seed >> 1);
        if (datanets.length == 2) datanets[1] = _datanet((seed >> 1) + 1);
    }

    /// @dev A split that grants the ancestors theirs and the data at least what both datanets ask for.
    function _fill(IModelRegistry.Registration memory r, uint256 seed) private view returns (bool) {
        Ancestor[] memory ancestors = _p.models.ancestorsFor(r.parents);
        uint256 left = BPS - 3_000;
        for (uint256 i; i < ancestors.length; ++i) {
            if (ancestors[i].bps > left) return false;
            left -= ancestors[i].bps;
        }
        IModelRegistry.Parameters memory p = _p.models.parameters();
        uint256 treasury = p.treasuryLeastBps + (seed % (p.treasuryMostBps - p.treasuryLeastBps + 1));
        if (left < treasury) return false;
        left -= treasury;
        uint256[4] memory parts;
        for (uint256 i; i < 4; ++i) {
            parts[i] = (seed >> (16 * i + 16)) % (left / 3 + 1);
            left -= parts[i];
        }
        r.split = Split({
            treasury: uint16(treasury),
            gateway: uint16(parts[0]),
            curators: uint16(parts[1]),
            stakers: uint16(parts[2]),
            developer: uint16(parts[3]),
            data: uint16(3_000 + left)
        });
        r.weightsHash = "weights";
        r.royaltyBps = uint16(seed % 1_500);
        return true;
    }
}

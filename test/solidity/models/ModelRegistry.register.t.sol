// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";
import {DatanetId, ModelId, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Ancestor, Split} from "../../../contracts/types/Split.sol";
import {ModelsFixture} from "../support/ModelsFixture.sol";

/// @notice Registering models and versions: rights, split, lineage, layout and licence fees.
contract ModelRegistryRegisterTest is ModelsFixture {
    PositionId private constant FIRST_DEVELOPER = PositionId.wrap(4);
    ModelVersion private constant FIRST = ModelVersion.wrap(1);

    function _registerReverts(IModelRegistry.Registration memory r, bytes memory revertData) private {
        vm.expectRevert(revertData);
        vm.prank(_developer);
        _models.register(r);
    }

    // --- refusals ---

    function test_Register_RevertsForUnknownParent() public {
        IModelRegistry.Registration memory r = _registration();
        // Its own number: a version cannot be its own parent.
        r.parents = _list(FIRST);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.UnknownVersion.selector, FIRST));
    }

    function test_Register_RevertsForTooManyAncestors() public {
        IModelRegistry.Registration memory r = _registration();
        ModelVersion[] memory parents = new ModelVersion[](17);
        r.royaltyBps = 1;
        for (uint256 i; i < 17; ++i) parents[i] = _register(r);
        r.parents = parents;
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.TooManyAncestors.selector, 17));
    }

    function test_Register_RevertsForRoyaltyAboveAWholeFee() public {
        IModelRegistry.Registration memory r = _registration();
        r.royaltyBps = 10_001;
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.RoyaltyTooHigh.selector, 10_001));
    }

    function test_Register_RevertsForTreasuryShareOutOfRange() public {
        uint16[2] memory shares = [TREASURY_LEAST - 1, TREASURY_MOST + 1];
        for (uint256 i; i < 2; ++i) {
            IModelRegistry.Registration memory r = _registration();
            r.split.developer = 1_800 - shares[i];
            r.split.treasury = shares[i];
            _registerReverts(
                r,
                abi.encodeWithSelector(
                    IModelRegistry.TreasuryShareOutOfRange.selector,
                    shares[i],
                    TREASURY_LEAST,
                    TREASURY_MOST
                )
            );
        }
    }

    function test_Register_RevertsForSplitThatDoesNotTotal() public {
        for (uint256 i; i < 2; ++i) {
            IModelRegistry.Registration memory r = _registration();
            r.split.stakers = i == 0 ? 399 : 401;
            _registerReverts(r, abi.encodeWithSelector(IModelRegistry.SplitTotal.selector, i == 0 ? 9_999 : 10_001));
        }
    }

    function test_Register_RevertsForSplitWithoutTheAncestors() public {
        ModelVersion parent = _register(_registration());
        _registerReverts(_derivedFrom(parent, 0), abi.encodeWithSelector(IModelRegistry.SplitTotal.selector, 10_300));
    }

    function test_Register_RevertsForTooManyDatanets() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = new DatanetId[](33);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.TooManyDatanets.selector, 33));
    }

    function test_Register_RevertsForTooManyDatanetsWithTheInherited() public {
        ModelVersion parent = _register(_registration());
        IModelRegistry.Registration memory r = _derivedFrom(parent, 300);
        r.datanets = new DatanetId[](32);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.TooManyDatanets.selector, 33));
    }

    function test_Register_RevertsForDataShareBelowAnInheritedLeast() public {
        ModelVersion parent = _register(_registration());
        IModelRegistry.Registration memory r = _derivedFrom(parent, 300);
        r.split.data = LEAST_DATA_SHARE - 1;
        r.split.developer += 7_001 - LEAST_DATA_SHARE;
        _registerReverts(r, _tooLow());
    }

    function test_Register_RevertsForUnknownDatanet() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(DatanetId.wrap(7));
        _registerReverts(r, abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, 7));
    }

    function test_Register_RevertsWhereTrainingIsNotAllowed() public {
        _datanets.set(FREE, SECOND_CURATOR, 1, MORE_RECORDS, 0, 0, 6);
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.TrainingNotAllowed.selector, FREE));
    }

    function test_Register_RevertsForDataShareBelowANamedLeast() public {
        IModelRegistry.Registration memory r = _registration();
        r.split.data = LEAST_DATA_SHARE - 1;
        r.split.developer += 7_001 - LEAST_DATA_SHARE;
        _registerReverts(r, _tooLow());
    }

    function test_Register_RevertsForDatanetWithoutRecords() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, EMPTY);
        _registerReverts(r, abi.encodeWithSelector(IDatanetRegistry.NothingToLicense.selector, EMPTY));
    }

    /// @dev Also where it asks for no fee. What a parent has of it is inherited as ever.
    function test_Register_RevertsForDatanetWhoseRecordsAreAllWithdrawn() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        _datanets.withdraw(FREE, MORE_RECORDS - 1);
        ModelVersion parent = _register(r);
        _datanets.withdraw(FREE, 1);
        _registerReverts(r, abi.encodeWithSelector(IDatanetRegistry.NothingToLicense.selector, FREE));
        assertEq(_models.versionOf(_register(_derivedFrom(parent, 300))).records, RECORDS + MORE_RECORDS);
    }

    function test_Register_RevertsForDatanetNamedTwice() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, PAID);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.DuplicateDatanet.selector, PAID));
    }

    function test_Register_RevertsForInheritedDatanetNamed() public {
        ModelVersion parent = _register(_registration());
        IModelRegistry.Registration memory r = _derivedFrom(parent, 300);
        r.datanets = _list(FREE, PAID);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.DatanetInherited.selector, PAID));
    }

    function test_Register_RevertsWithoutRecords() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = new DatanetId[](0);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.NoRecords.selector));
    }

    function test_Register_RevertsForTooManyRecords() public {
        _datanets.set(FREE, SECOND_CURATOR, 1, type(uint32).max - RECORDS, 0, 0, 1);
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        ModelVersion version = _register(r);
        assertEq(_models.versionOf(version).records, type(uint32).max);
        _datanets.set(FREE, SECOND_CURATOR, 1, type(uint32).max - RECORDS + 1, 0, 0, 1);
        _registerReverts(r, abi.encodeWithSelector(IModelRegistry.TooManyRecords.selector, 1 << 32));
    }

    function test_Register_RevertsWhereTheTokenKeepsAFee() public {
        FeeToken token = new FeeToken();
        PositionsStandIn positions = new PositionsStandIn();
        ModelRegistry models = new ModelRegistry(
            token,
            IDatanetRegistry(address(_datanets)),
            IRoyaltyPositions(address(positions)),
            _governance,
            _parameters()
        );
        token.approve(address(models), type(uint256).max);
        token.setFee(100);
        uint256 received = LICENCE_FEE - LICENCE_FEE / 100;
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AmountMismatch.selector, LICENCE_FEE, received));
        models.register(_registration());
    }

    function test_Register_RefusesReentry() public {
        _token.arm(address(_models), abi.encodeCall(_models.register, (_registration())));
        _register(_registration());
        assertTrue(_token.wasRefused());
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(_models.modelCount(), 1);
    }

    // --- effects ---

    function test_Register_MintsModelAndPosition() public {
        vm.expectEmit(address(_models));
        emit IModelRegistry.ModelRegistered(ModelId.wrap(1), _developer, FIRST_DEVELOPER, "ipfs://model");
        vm.prank(_developer);
        (ModelId model, ModelVersion version) = _models.register(_registration());
        assertEq(model, ModelId.wrap(1));
        assertEq(version, FIRST);
        assertEq(_models.ownerOf(1), _developer);
        assertEq(_models.tokenURI(1), "ipfs://model");
        assertEq(_positions.ownerOf(4), _developer);
        IRoyaltyPositions.Position memory position = _positions.positionOf(FIRST_DEVELOPER);
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.Developer);
        assertEq(position.subject, 1);
        assertEq(_models.modelCount(), 1);
        assertEq(_models.versionCount(), 1);
    }

    function test_Register_FixesLayoutAndSplit() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        IModelRegistry.Segment[] memory segments = new IModelRegistry.Segment[](2);
        segments[0] = IModelRegistry.Segment(PAID, 3, RECORDS);
        segments[1] = IModelRegistry.Segment(FREE, 1, MORE_RECORDS);
        vm.expectEmit(address(_models));
        emit IModelRegistry.VersionRegistered(
            FIRST,
            ModelId.wrap(1),
            r.weightsHash,
            r.parents,
            segments,
            r.split,
            new Ancestor[](0),
            RECORDS + MORE_RECORDS,
            r.inputPrice,
            r.outputPrice,
            300
        );
        _register(r);
        IModelRegistry.Version memory version = _models.versionOf(FIRST);
        assertEq(version.model, ModelId.wrap(1));
        assertEq(version.principalParent, ModelVersion.wrap(0));
        assertEq(version.registeredAt, block.timestamp);
        assertEq(version.records, RECORDS + MORE_RECORDS);
        assertEq(version.parentRecords, 0);
        assertEq(version.royaltyBps, 300);
        assertEq(version.developerPosition, FIRST_DEVELOPER);
        assertEq(version.weightsHash, r.weightsHash);
        assertEq(keccak256(abi.encode(_models.segmentsOf(FIRST))), keccak256(abi.encode(segments)));
        (Split memory split, Ancestor[] memory ancestors) = _models.splitOf(FIRST);
        assertEq(split, r.split);
        assertEq(ancestors.length, 0);
        (uint128 inputPrice, uint128 outputPrice) = _models.pricesOf(FIRST);
        assertEq(inputPrice, 3e18);
        assertEq(outputPrice, 15e18);
    }

    function test_Register_PaysLicenceFees() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        uint256 before = _token.balanceOf(_developer);
        vm.expectEmit(address(_models));
        emit IModelRegistry.LicencePaid(FIRST, PAID, LICENCE_FEE);
        _register(r);
        assertEq(before - _token.balanceOf(_developer), LICENCE_FEE);
        assertEq(_datanets.paidTo(PAID), LICENCE_FEE);
        assertEq(_datanets.paidTo(FREE), 0);
        assertEq(_token.balanceOf(address(_models)), 0);
        assertEq(_models.owed(), 0);
    }

    function test_Register_KeepsLayoutWhenRecordsFollow() public {
        _register(_registration());
        _datanets.set(PAID, CURATOR, 4, RECORDS + 8, LICENCE_FEE, LEAST_DATA_SHARE, 1);
        assertEq(_models.versionOf(FIRST).records, RECORDS);
        assertEq(_models.segmentsOf(FIRST)[0].contributions, 3);
    }

    function test_Register_InheritsLayoutAndOwesParent() public {
        ModelVersion parent = _register(_registration());
        ModelVersion child = _register(_derivedFrom(parent, 300));
        IModelRegistry.Version memory version = _models.versionOf(child);
        assertEq(version.principalParent, parent);
        assertEq(version.parentRecords, RECORDS);
        assertEq(version.records, RECORDS);
        assertEq(_models.segmentsOf(child).length, 0);
        (, Ancestor[] memory ancestors) = _models.splitOf(child);
        assertEq(ancestors.length, 1);
        assertEq(ancestors[0].position, FIRST_DEVELOPER);
        assertEq(ancestors[0].bps, 300);
        // The licence was paid for the parent's layout.
        assertEq(_datanets.paidTo(PAID), LICENCE_FEE);
    }

    function test_Register_InheritsTheWholeLayoutOverGenerations() public {
        ModelVersion parent = _register(_registration());
        IModelRegistry.Registration memory r = _derivedFrom(parent, 300);
        r.datanets = _list(FREE);
        ModelVersion child = _register(r);
        ModelVersion grandchild = _register(_derivedFrom(child, 500));
        (PositionId[] memory curators, uint256[] memory records) = _models.curatorsOf(grandchild);
        assertEq(curators.length, 2);
        assertEq(curators[0], CURATOR);
        assertEq(curators[1], SECOND_CURATOR);
        assertEq(records[0], RECORDS);
        assertEq(records[1], MORE_RECORDS);
        assertEq(_models.segmentsOf(child).length, 1);
        assertEq(_models.segmentsOf(grandchild).length, 0);
        IModelRegistry.Segment[] memory all = new IModelRegistry.Segment[](2);
        all[0] = IModelRegistry.Segment(PAID, 3, RECORDS);
        all[1] = IModelRegistry.Segment(FREE, 1, MORE_RECORDS);
        assertEq(keccak256(abi.encode(_models.layoutOf(grandchild))), keccak256(abi.encode(all)));
        assertEq(_models.versionOf(grandchild).parentRecords, RECORDS + MORE_RECORDS);
        (, Ancestor[] memory ancestors) = _models.splitOf(grandchild);
        assertEq(ancestors.length, 2);
        assertEq(ancestors[0].position, PositionId.wrap(5));
        assertEq(ancestors[0].bps, 200);
        assertEq(ancestors[1].position, FIRST_DEVELOPER);
        assertEq(ancestors[1].bps, 300);
    }

    function test_Register_TakesOnlyThePrincipalParentsLayout() public {
        IModelRegistry.Registration memory r = _registration();
        ModelVersion base = _register(r);
        r.datanets = _list(FREE);
        r.royaltyBps = 0;
        ModelVersion principal = _register(r);
        r = _derivedFrom(base, 300);
        r.parents = _list(principal, base);
        r.datanets = _list(PAID);
        ModelVersion child = _register(r);
        (PositionId[] memory curators, ) = _models.curatorsOf(child);
        assertEq(curators[0], SECOND_CURATOR);
        assertEq(curators[1], CURATOR);
        assertEq(_models.versionOf(child).parentRecords, MORE_RECORDS);
    }

    // --- registerVersion ---

    function test_RegisterVersion_RevertsForUnknownModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 1));
        vm.prank(_developer);
        _models.registerVersion(ModelId.wrap(1), _registration());
    }

    function test_RegisterVersion_RevertsForOthers() public {
        _register(_registration());
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, 1, _stranger));
        vm.prank(_stranger);
        _models.registerVersion(ModelId.wrap(1), _registration());
    }

    function test_RegisterVersion_RefusesReentry() public {
        _register(_registration());
        _token.arm(address(_models), abi.encodeCall(_models.registerVersion, (ModelId.wrap(1), _registration())));
        vm.prank(_developer);
        _models.registerVersion(ModelId.wrap(1), _registration());
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_RegisterVersion_KeepsPositionAndPaysAgain() public {
        _register(_registration());
        vm.prank(_developer);
        _models.transferFrom(_developer, _stranger, 1);
        vm.prank(_stranger);
        ModelVersion version = _models.registerVersion(ModelId.wrap(1), _registration());
        assertEq(version, ModelVersion.wrap(2));
        assertEq(_models.versionOf(version).developerPosition, FIRST_DEVELOPER);
        assertEq(_models.modelCount(), 1);
        assertEq(_datanets.paidTo(PAID), 2 * LICENCE_FEE);
    }

    function test_RegisterVersion_MayDeriveFromAnEarlierOne() public {
        ModelVersion first = _register(_registration());
        vm.prank(_developer);
        ModelVersion second = _models.registerVersion(ModelId.wrap(1), _derivedFrom(first, 300));
        (, Ancestor[] memory ancestors) = _models.splitOf(second);
        assertEq(ancestors[0].position, FIRST_DEVELOPER);
    }

    // --- ancestorsFor ---

    function test_AncestorsFor_RevertsForUnknownVersion() public {
        _register(_registration());
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownVersion.selector, 2));
        _models.ancestorsFor(_list(FIRST, ModelVersion.wrap(2)));
    }

    function test_AncestorsFor_RevertsAboveTheMost() public {
        IModelRegistry.Registration memory r = _registration();
        r.royaltyBps = 1;
        ModelVersion[] memory parents = new ModelVersion[](17);
        for (uint256 i; i < 17; ++i) parents[i] = _register(r);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TooManyAncestors.selector, 17));
        _models.ancestorsFor(parents);
    }

    function test_AncestorsFor_IsEmptyWithoutParents() public view {
        assertEq(_models.ancestorsFor(new ModelVersion[](0)).length, 0);
    }

    function test_AncestorsFor_LeavesOutWhoAsksNothing() public {
        IModelRegistry.Registration memory r = _registration();
        r.royaltyBps = 0;
        assertEq(_models.ancestorsFor(_list(_register(r))).length, 0);
    }

    function test_AncestorsFor_OwesEachPositionOnceAtItsHighestRate() public {
        ModelVersion base = _register(_registration());
        ModelVersion child = _register(_derivedFrom(base, 300));
        IModelRegistry.Registration memory r = _registration();
        r.royaltyBps = 450;
        vm.prank(_developer);
        ModelVersion dearer = _models.registerVersion(ModelId.wrap(1), r);
        Ancestor[] memory ancestors = _models.ancestorsFor(_list(child, dearer));
        assertEq(ancestors.length, 2);
        assertEq(ancestors[0].position, PositionId.wrap(5));
        assertEq(ancestors[0].bps, 200);
        assertEq(ancestors[1].position, FIRST_DEVELOPER);
        assertEq(ancestors[1].bps, 450);
    }

    function _tooLow() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IModelRegistry.DataShareTooLow.selector,
                PAID,
                LEAST_DATA_SHARE,
                LEAST_DATA_SHARE - 1
            );
    }
}

/// @notice Positions that anyone may make.
contract PositionsStandIn {
    function mint(address, IRoyaltyPositions.PositionKind, uint64) external pure returns (PositionId) {
        return PositionId.wrap(1);
    }
}

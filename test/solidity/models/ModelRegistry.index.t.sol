// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {MethodId} from "../../../contracts/libraries/MethodId.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {FeeToken} from "../../../contracts/test/FeeToken.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {ModelVersion} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ModelsFixture} from "../support/ModelsFixture.sol";

/// @notice Attribution indexes: committed once under a bond, usable after their window.
contract ModelRegistryIndexTest is ModelsFixture {
    ModelVersion private _version;

    function setUp() public override {
        super.setUp();
        _version = _register(_registration());
    }

    function _commitReverts(Method memory method, Root memory root, bytes memory revertData) private {
        vm.expectRevert(revertData);
        vm.prank(_developer);
        _models.commitIndex(_version, method, root, 0);
    }

    function _root() private pure returns (Root memory) {
        return Root(keccak256("index"), RECORDS);
    }

    function test_CommitIndex_RevertsForUnknownVersion() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownVersion.selector, 2));
        vm.prank(_developer);
        _models.commitIndex(ModelVersion.wrap(2), _method(), _root(), 0);
    }

    function test_CommitIndex_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, 1, _stranger));
        vm.prank(_stranger);
        _models.commitIndex(_version, _method(), _root(), 0);
    }

    function test_CommitIndex_RevertsForSecondIndex() public {
        _commitIndex(_version);
        _commitReverts(_method(), _root(), abi.encodeWithSelector(IModelRegistry.IndexExists.selector, _version));
        // Final, also after its bond was returned.
        vm.warp(block.timestamp + INDEX_WINDOW);
        _models.returnIndexBond(_version);
        _commitReverts(_method(), _root(), abi.encodeWithSelector(IModelRegistry.IndexExists.selector, _version));
    }

    function test_CommitIndex_RevertsForInvalidMethod() public {
        Method memory method = _method();
        method.topK = 0;
        _commitReverts(method, _root(), abi.encodeWithSelector(IModelRegistry.InvalidMethod.selector, "topK"));
    }

    function test_CommitIndex_RevertsForEmptyRoot() public {
        _commitReverts(_method(), Root(0, RECORDS), abi.encodeWithSelector(IModelRegistry.EmptyIndexRoot.selector));
    }

    function test_CommitIndex_RevertsForAnotherCount() public {
        uint128[2] memory sums = [uint128(RECORDS - 1), RECORDS + 1];
        for (uint256 i; i < 2; ++i) {
            _commitReverts(
                _method(),
                Root(keccak256("index"), sums[i]),
                abi.encodeWithSelector(IModelRegistry.IndexCountMismatch.selector, sums[i], RECORDS)
            );
        }
    }

    function test_CommitIndex_RevertsWhereTheTokenKeepsAFee() public {
        FeeToken token = new FeeToken();
        RoyaltyPositions positions = new RoyaltyPositions(_treasury, _token);
        IDatanetRegistry datanets = IDatanetRegistry(address(_datanets));
        ModelRegistry models = new ModelRegistry(token, datanets, positions, _governance, _parameters());
        positions.bindMinters(address(this), address(models));
        token.approve(address(models), type(uint256).max);
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(FREE);
        models.register(r);
        token.setFee(100);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.AmountMismatch.selector, INDEX_BOND, INDEX_BOND - INDEX_BOND / 100)
        );
        models.commitIndex(ModelVersion.wrap(1), _method(), Root(keccak256("index"), MORE_RECORDS), 0);
    }

    function test_CommitIndex_RefusesReentry() public {
        _token.arm(address(_models), abi.encodeCall(_models.returnIndexBond, (_version)));
        _commitIndex(_version);
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_CommitIndex_TakesTheBondAndWaits() public {
        assertTrue(_models.indexStatus(_version) == IModelRegistry.IndexStatus.None);
        uint256 before = _token.balanceOf(_developer);
        uint48 usableAt = uint48(block.timestamp) + INDEX_WINDOW;
        vm.expectEmit(address(_models));
        emit IModelRegistry.IndexCommitted(
            _version,
            MethodId.idOf(_method()),
            _root(),
            _method(),
            keccak256("bundle"),
            _developer,
            INDEX_BOND,
            usableAt
        );
        _commitIndex(_version);
        assertEq(before - _token.balanceOf(_developer), INDEX_BOND);
        assertEq(_token.balanceOf(address(_models)), INDEX_BOND);
        assertEq(_models.owed(), INDEX_BOND);
        IModelRegistry.Index memory index = _models.indexOf(_version);
        assertEq(index.hash, keccak256("index"));
        assertEq(index.sum, RECORDS);
        assertEq(index.committedAt, block.timestamp);
        assertEq(index.usableAt, usableAt);
        assertEq(index.committer, _developer);
        assertEq(index.methodId, MethodId.idOf(_method()));
        assertEq(index.bundleHash, keccak256("bundle"));
        assertEq(keccak256(abi.encode(_models.methodOf(_version))), keccak256(abi.encode(_method())));
    }

    function test_IndexStatus_FollowsTheWindow() public {
        _commitIndex(_version);
        assertTrue(_models.indexStatus(_version) == IModelRegistry.IndexStatus.Pending);
        assertFalse(_models.closingOf(_version).isUsable);
        vm.warp(block.timestamp + INDEX_WINDOW - 1);
        assertTrue(_models.indexStatus(_version) == IModelRegistry.IndexStatus.Pending);
        vm.warp(block.timestamp + 1);
        assertTrue(_models.indexStatus(_version) == IModelRegistry.IndexStatus.Usable);
        assertTrue(_models.closingOf(_version).isUsable);
    }

    function test_ReturnIndexBond_RevertsWithoutIndex() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoIndex.selector, _version));
        _models.returnIndexBond(_version);
    }

    function test_ReturnIndexBond_RevertsInTheWindow() public {
        _commitIndex(_version);
        uint48 usableAt = uint48(block.timestamp) + INDEX_WINDOW;
        vm.warp(usableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexWindowOpen.selector, _version, usableAt));
        _models.returnIndexBond(_version);
    }

    function test_ReturnIndexBond_RevertsOnceReturned() public {
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        _models.returnIndexBond(_version);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoIndexBondHeld.selector, _version));
        _models.returnIndexBond(_version);
    }

    function test_ReturnIndexBond_RevertsWhereNoneWasTaken() public {
        IModelRegistry.Parameters memory p = _parameters();
        p.indexBond = 0;
        _replaceModels(p);
        _version = _register(_registration());
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoIndexBondHeld.selector, _version));
        _models.returnIndexBond(_version);
    }

    function test_ReturnIndexBond_CanBeTriedAgainWhenTheTransferFails() public {
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        _token.refuse(_developer, true);
        vm.expectRevert(abi.encodeWithSelector(HostileToken.Refused.selector, _developer));
        _models.returnIndexBond(_version);
        assertEq(_models.owed(), INDEX_BOND);
        _token.refuse(_developer, false);
        _models.returnIndexBond(_version);
        assertEq(_models.owed(), 0);
    }

    function test_ReturnIndexBond_RefusesReentry() public {
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        _token.arm(address(_models), abi.encodeCall(_models.returnIndexBond, (_version)));
        _models.returnIndexBond(_version);
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_ReturnIndexBond_PaysTheCommitter() public {
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        // Selling the model does not sell the bond.
        vm.prank(_developer);
        _models.transferFrom(_developer, _stranger, 1);
        uint256 before = _token.balanceOf(_developer);
        vm.expectEmit(address(_models));
        emit IModelRegistry.IndexBondReturned(_version, _developer, INDEX_BOND);
        vm.prank(_stranger);
        _models.returnIndexBond(_version);
        assertEq(_token.balanceOf(_developer) - before, INDEX_BOND);
        assertEq(_models.owed(), 0);
        assertEq(_models.indexOf(_version).bond, 0);
        assertTrue(_models.indexStatus(_version) == IModelRegistry.IndexStatus.Usable);
    }
}

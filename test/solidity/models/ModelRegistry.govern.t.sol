// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {ModelVersion} from "../../../contracts/types/Ids.sol";
import {ModelsFixture} from "../support/ModelsFixture.sol";

/// @notice The parameters of models: fixed at deployment, or moved by governance inside their limits.
contract ModelRegistryGovernTest is ModelsFixture {
    function _deployReverts(IModelRegistry.Parameters memory p, string memory name) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidParameter.selector, name));
        _deploy(p);
    }

    function test_Constructor_RevertsWithoutGovernance() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidParameter.selector, "governance"));
        new ModelRegistry(_token, IDatanetRegistry(address(_datanets)), _positions, address(0), _parameters());
    }

    function test_Constructor_RevertsForTreasuryAboveTheCap() public {
        IModelRegistry.Parameters memory p = _parameters();
        p.treasuryMostBps = 2_000;
        assertEq(_deploy(p).parameters().treasuryMostBps, 2_000);
        p.treasuryMostBps = 2_001;
        _deployReverts(p, "treasuryMostBps");
    }

    function test_Constructor_RevertsWithoutIndexWindow() public {
        IModelRegistry.Parameters memory p = _parameters();
        p.indexWindowSeconds = 0;
        _deployReverts(p, "indexWindowSeconds");
    }

    function test_Constructor_RevertsForLeastAboveMost() public {
        IModelRegistry.Parameters memory p = _parameters();
        p.treasuryLeastBps = p.treasuryMostBps + 1;
        _deployReverts(p, "treasuryLeastBps");
    }

    function test_Constructor_RevertsForBondAboveMost() public {
        IModelRegistry.Parameters memory p = _parameters();
        p.indexBond = p.mostIndexBond + 1;
        _deployReverts(p, "indexBond");
    }

    function test_Constructor_SetsParameters() public view {
        assertEq(keccak256(abi.encode(_models.parameters())), keccak256(abi.encode(_parameters())));
        assertEq(_models.governance(), _governance);
        assertEq(_models.indexBond(), INDEX_BOND);
        assertEq(_models.leastIndexBond(), INDEX_BOND);
        assertEq(_models.indexWindowSeconds(), INDEX_WINDOW);
        assertEq(_models.name(), "Tributary Model");
    }

    function test_SetTreasuryLeastBps_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotGovernance.selector, _stranger));
        vm.prank(_stranger);
        _models.setTreasuryLeastBps(0);
    }

    function test_SetTreasuryLeastBps_RevertsAboveTheMost() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidParameter.selector, "treasuryLeastBps"));
        vm.prank(_governance);
        _models.setTreasuryLeastBps(TREASURY_MOST + 1);
    }

    function test_SetTreasuryLeastBps_BindsLaterSplitsOnly() public {
        ModelVersion earlier = _register(_registration());
        vm.expectEmit(address(_models));
        emit IModelRegistry.TreasuryLeastBpsSet(TREASURY_MOST);
        vm.prank(_governance);
        _models.setTreasuryLeastBps(TREASURY_MOST);
        assertEq(_models.parameters().treasuryLeastBps, TREASURY_MOST);
        assertEq(_models.closingOf(earlier).split.treasury, 200);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.TreasuryShareOutOfRange.selector, 200, TREASURY_MOST, TREASURY_MOST)
        );
        _register(_registration());
    }

    function test_SetIndexBond_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotGovernance.selector, _developer));
        vm.prank(_developer);
        _models.setIndexBond(0);
    }

    function test_SetIndexBond_RevertsAboveTheMost() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidParameter.selector, "indexBond"));
        vm.prank(_governance);
        _models.setIndexBond(MOST_INDEX_BOND + 1);
    }

    function test_SetIndexBond_RevertsBelowTheLeast() public {
        vm.startPrank(_governance);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexBondTooLow.selector, INDEX_BOND - 1, INDEX_BOND));
        _models.setIndexBond(INDEX_BOND - 1);
        _models.setIndexBond(MOST_INDEX_BOND);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexBondTooLow.selector, 0, INDEX_BOND));
        _models.setIndexBond(0);
    }

    function test_SetIndexBond_ReturnsToTheLeast() public {
        vm.startPrank(_governance);
        _models.setIndexBond(MOST_INDEX_BOND);
        _models.setIndexBond(INDEX_BOND);
        assertEq(_models.indexBond(), INDEX_BOND);
    }

    function test_SetIndexBond_BindsLaterCommitsOnly() public {
        ModelVersion earlier = _register(_registration());
        ModelVersion later = _register(_registration());
        _commitIndex(earlier);
        vm.expectEmit(address(_models));
        emit IModelRegistry.IndexBondSet(MOST_INDEX_BOND);
        vm.prank(_governance);
        _models.setIndexBond(MOST_INDEX_BOND);
        _commitIndex(later);
        assertEq(_models.indexOf(earlier).bond, INDEX_BOND);
        assertEq(_models.indexOf(later).bond, MOST_INDEX_BOND);
        assertEq(_models.owed(), INDEX_BOND + MOST_INDEX_BOND);
        vm.warp(block.timestamp + INDEX_WINDOW);
        uint256 before = _token.balanceOf(_developer);
        _models.returnIndexBond(earlier);
        assertEq(_token.balanceOf(_developer) - before, INDEX_BOND);
    }
}

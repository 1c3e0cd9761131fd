// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Burning} from "../../../contracts/libraries/Burning.sol";
import {ModelVersion} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ModelsFixture} from "../support/ModelsFixture.sol";

/// @notice How courts end an index whose window is open, branch by branch (ModelRegistry.courts.tree).
contract ModelRegistryCourtsTest is ModelsFixture {
    ModelVersion private _version;
    address private _prover = makeAddr("prover");

    function setUp() public override {
        super.setUp();
        _version = _register(_registration());
        _models.bindCourts(_courts(address(this)));
    }

    function _courts(address court) private pure returns (address[] memory courts) {
        courts = new address[](1);
        courts[0] = court;
    }

    // --- bindCourts ---

    function test_BindCourts_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotDeployer.selector, _stranger));
        vm.prank(_stranger);
        _models.bindCourts(_courts(address(this)));
    }

    function test_BindCourts_RevertsForASecondTime() public {
        vm.expectRevert(IModelRegistry.AlreadyBound.selector);
        _models.bindCourts(new address[](0));
    }

    function test_BindCourts_RevertsForCourtWithoutCode() public {
        IModelRegistry fresh = _deploy(_parameters());
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidParameter.selector, "courts"));
        fresh.bindCourts(_courts(_stranger));
    }

    function test_BindCourts_NamesThem() public view {
        assertTrue(_models.isCourt(address(this)));
        assertFalse(_models.isCourt(_stranger));
    }

    // --- endIndex ---

    function test_EndIndex_RevertsForOthers() public {
        _commitIndex(_version);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCourt.selector, _stranger));
        vm.prank(_stranger);
        _models.endIndex(_version, _prover);
    }

    function test_EndIndex_RevertsWithoutIndex() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexNotPending.selector, _version));
        _models.endIndex(_version, _prover);
    }

    function test_EndIndex_RevertsOnceUsable() public {
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexNotPending.selector, _version));
        _models.endIndex(_version, _prover);
    }

    function test_EndIndex_PaysHalfAndBurnsRest() public {
        _commitIndex(_version);
        vm.expectEmit(address(_models));
        emit IModelRegistry.IndexEnded(_version, 0, _prover, INDEX_BOND / 2, INDEX_BOND / 2);
        assertEq(_models.endIndex(_version, _prover), INDEX_BOND / 2);
        assertEq(_token.balanceOf(_prover), INDEX_BOND / 2);
        assertEq(_token.balanceOf(Burning.DEAD), INDEX_BOND / 2);
        assertEq(_models.owed(), 0);
        assertEq(_token.balanceOf(address(_models)), 0);
    }

    function test_EndIndex_BurnsAllWhereProverCannotReceive() public {
        _commitIndex(_version);
        assertEq(_models.endIndex(_version, address(0)), 0);
        assertEq(_token.balanceOf(Burning.DEAD), INDEX_BOND);
    }

    function test_EndIndex_LetsAnotherBeCommitted() public {
        _commitIndex(_version);
        _models.endIndex(_version, _prover);
        assertEq(uint8(_models.indexStatus(_version)), uint8(IModelRegistry.IndexStatus.None));
        assertEq(_models.methodOf(_version).k, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoIndex.selector, _version));
        _models.returnIndexBond(_version);
        Root memory root = _commitIndex(_version);
        assertEq(_models.indexOf(_version).hash, root.hash);
        assertEq(_models.indexCommitsOf(_version), 2);
        vm.warp(block.timestamp + INDEX_WINDOW);
        assertEq(uint8(_models.indexStatus(_version)), uint8(IModelRegistry.IndexStatus.Usable));
    }

    // --- holdIndex ---

    function test_HoldIndex_RevertsForOthers() public {
        _commitIndex(_version);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCourt.selector, _stranger));
        vm.prank(_stranger);
        _models.holdIndex(_version, 0);
    }

    function test_HoldIndex_RevertsUnlessPending() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexNotPending.selector, _version));
        _models.holdIndex(_version, 0);
        _commitIndex(_version);
        vm.warp(block.timestamp + INDEX_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexNotPending.selector, _version));
        _models.holdIndex(_version, 0);
    }

    /// @dev However often it is held, the limit is from the end of its window.
    function test_HoldIndex_RevertsForTooLong() public {
        _commitIndex(_version);
        uint48 latest = _models.indexOf(_version).usableAt + 30 days;
        _models.holdIndex(_version, latest);
        vm.warp(latest - 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.HoldTooLong.selector, latest + 1, latest));
        _models.holdIndex(_version, latest + 1);
    }

    function test_HoldIndex_NeverBringsForward() public {
        _commitIndex(_version);
        uint48 before = _models.indexOf(_version).usableAt;
        _models.holdIndex(_version, before - 1);
        assertEq(_models.indexOf(_version).usableAt, before);
    }

    function test_HoldIndex_PutsOffTheUseAndTheBond() public {
        _commitIndex(_version);
        uint48 until = _models.indexOf(_version).usableAt + 1 days;
        vm.expectEmit(address(_models));
        emit IModelRegistry.IndexHeld(_version, 0, until);
        _models.holdIndex(_version, until);
        vm.warp(until - 1);
        assertEq(uint8(_models.indexStatus(_version)), uint8(IModelRegistry.IndexStatus.Pending));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.IndexWindowOpen.selector, _version, until));
        _models.returnIndexBond(_version);
        vm.warp(until);
        assertEq(uint8(_models.indexStatus(_version)), uint8(IModelRegistry.IndexStatus.Usable));
        _models.returnIndexBond(_version);
    }
}

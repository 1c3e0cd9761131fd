// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Test} from "forge-std/Test.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";

/// @notice Who creates positions, how they are numbered, what a transfer does to them, and what the primary vault notes in them (RoyaltyPositions.tree).
contract RoyaltyPositionsTest is Test {
    RoyaltyPositions private positions;
    address private treasury = makeAddr("treasury");
    address private datanets = makeAddr("datanets");
    address private models = makeAddr("models");
    address private alice = makeAddr("alice");
    address private bob = makeAddr("bob");
    IERC20 private token = IERC20(makeAddr("token"));

    function setUp() public {
        positions = new RoyaltyPositions(treasury, token);
    }

    function _bind() private {
        positions.bindMinters(datanets, models);
    }

    function _mint(address to) private returns (PositionId) {
        vm.prank(datanets);
        return positions.mint(to, IRoyaltyPositions.PositionKind.Contributor, 7);
    }

    /// @dev Where the count is stored: the slot that its getter reads, and the place in it that holds its value.
    function _countSlot() private returns (bytes32 slot, uint256 shift) {
        vm.record();
        positions.positionCount();
        (bytes32[] memory reads, ) = vm.accesses(address(positions));
        slot = reads[0];
        uint256 word = uint256(vm.load(address(positions), slot));
        while (uint64(word >> shift) != positions.positionCount()) shift += 8;
    }

    // --- constructor ---

    function test_Constructor_MakesTheTreasurysPosition() public view {
        assertEq(positions.positionCount(), 1);
        assertEq(positions.ownerOf(1), treasury);
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(1));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.Treasury);
        assertEq(position.subject, 0);
        assertEq(positions.name(), "Tributary Position");
        assertEq(positions.symbol(), "POSITION");
    }

    function test_Constructor_RevertsWithoutTreasury() public {
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        new RoyaltyPositions(address(0), token);
    }

    function test_Constructor_MakesThePrimaryVault() public {
        RoyaltyVault vault = RoyaltyVault(positions.vault());
        assertTrue(vault.isPrimary());
        assertEq(vault.token(), address(token));
        assertEq(vault.positions(), address(positions));
        // Whoever deployed the positions binds its ledger.
        vm.mockCall(bob, abi.encodeWithSignature("vault()"), abi.encode(vault));
        vault.bind(IRoyaltyLedger(bob));
        assertEq(vault.ledger(), bob);
    }

    // --- bindMinters ---

    function test_BindMinters_RevertsForAnybodyButTheDeployer() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotDeployer.selector, alice));
        positions.bindMinters(alice, alice);
    }

    function test_BindMinters_RevertsTwice() public {
        _bind();
        vm.expectRevert(IRoyaltyPositions.AlreadyBound.selector);
        positions.bindMinters(alice, bob);
    }

    function test_BindMinters_RevertsWithoutDatanets() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(0)));
        positions.bindMinters(address(0), models);
    }

    function test_BindMinters_RevertsWithoutModels() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(0)));
        positions.bindMinters(datanets, address(0));
    }

    function test_BindMinters_LetsBothMint() public {
        vm.expectEmit(address(positions));
        emit IRoyaltyPositions.MintersBound(datanets, models);
        _bind();
        _mint(alice);
        vm.prank(models);
        positions.mint(alice, IRoyaltyPositions.PositionKind.Developer, 1);
        assertEq(positions.balanceOf(alice), 2);
    }

    // --- mint ---

    function test_Mint_RevertsBeforeTheBinding() public {
        vm.prank(datanets);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, datanets));
        positions.mint(alice, IRoyaltyPositions.PositionKind.Curator, 1);
    }

    function test_Mint_RevertsForTheDeployer() public {
        _bind();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(this)));
        positions.mint(address(this), IRoyaltyPositions.PositionKind.Treasury, 0);
    }

    function test_Mint_NumbersThePositions() public {
        _bind();
        vm.expectEmit(address(positions));
        emit IERC721.Transfer(address(0), alice, 2);
        vm.expectEmit(address(positions));
        emit IRoyaltyPositions.PositionCreated(
            PositionId.wrap(2),
            IRoyaltyPositions.PositionKind.Contributor,
            7,
            alice
        );
        assertEq(PositionId.unwrap(_mint(alice)), 2);
        assertEq(PositionId.unwrap(_mint(alice)), 3);
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(2));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.Contributor);
        assertEq(position.subject, 7);
        assertEq(positions.positionCount(), 3);
        assertEq(positions.transferCount(PositionId.wrap(2)), 0);
    }

    function test_Mint_DoesNotCallTheReceiver() public {
        _bind();
        // This contract accepts no ERC-721 token that is sent safely.
        assertEq(PositionId.unwrap(_mint(address(this))), 2);
        assertEq(positions.ownerOf(2), address(this));
    }

    function test_Mint_RevertsWhenTheNumbersAreUsedUp() public {
        _bind();
        (bytes32 slot, uint256 shift) = _countSlot();
        uint256 word = uint256(vm.load(address(positions), slot));
        uint256 last = (1 << TreeKind.PAYOUT_DEPTH) - 1;
        uint256 others = word & ~(uint256(type(uint64).max) << shift);
        vm.store(address(positions), slot, bytes32(others | ((last - 1) << shift)));
        assertEq(PositionId.unwrap(_mint(alice)), last);
        vm.prank(datanets);
        vm.expectRevert(IRoyaltyPositions.PositionIdsExhausted.selector);
        positions.mint(alice, IRoyaltyPositions.PositionKind.Contributor, 7);
    }

    // --- transferFrom ---

    function test_TransferFrom_CountsTheTransfers() public {
        _bind();
        PositionId position = _mint(alice);
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        assertEq(positions.transferCount(position), 1);
        vm.prank(bob);
        positions.safeTransferFrom(bob, bob, 2);
        assertEq(positions.transferCount(position), 2);
        assertEq(positions.ownerOf(2), bob);
        assertEq(positions.transferCount(PositionId.wrap(1)), 0);
    }

    function test_TransferFrom_RevertsForAStranger() public {
        _bind();
        _mint(alice);
        vm.prank(bob);
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        positions.transferFrom(alice, bob, 2);
    }

    function test_TransferFrom_RevertsForAnotherOwner() public {
        _bind();
        _mint(alice);
        vm.expectRevert(ERC721.TransferFromIncorrectOwner.selector);
        vm.prank(alice);
        positions.transferFrom(bob, alice, 2);
    }

    function test_TransferFrom_RevertsWithoutPosition() public {
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.transferFrom(address(0), alice, 2);
    }

    function test_TransferFrom_RevertsToNobody() public {
        _bind();
        _mint(alice);
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        vm.prank(alice);
        positions.transferFrom(alice, address(0), 2);
    }

    function test_TransferFrom_RevertsWithEther() public {
        _bind();
        _mint(alice);
        vm.deal(alice, 3);
        vm.startPrank(alice);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.transferFrom{value: 1}(alice, bob, 2);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.safeTransferFrom{value: 1}(alice, bob, 2);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.safeTransferFrom{value: 1}(alice, bob, 2, "");
        vm.stopPrank();
    }

    function test_TransferFrom_EndsTheApproval() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.approve(bob, 2);
        assertEq(positions.getApproved(2), bob);
        vm.prank(bob);
        positions.transferFrom(alice, models, 2);
        assertEq(positions.getApproved(2), address(0));
        assertEq(positions.balanceOf(alice), 0);
        assertEq(positions.balanceOf(models), 1);
        vm.prank(bob);
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        positions.transferFrom(models, bob, 2);
    }

    function test_TransferFrom_ServesOperators() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.setApprovalForAll(bob, true);
        vm.prank(bob);
        positions.transferFrom(alice, bob, 2);
        assertEq(positions.ownerOf(2), bob);
    }

    function test_TransferFrom_KeepsWhatThePrimaryVaultNoted() public {
        _bind();
        PositionId position = _mint(alice);
        vm.startPrank(positions.vault());
        positions.markDirect(position);
        positions.raiseTo(position, 77);
        vm.stopPrank();
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        _assertWord(position, bob, 77, true);
        assertEq(positions.ownerOf(2), bob);
    }

    function test_TransferFrom_AsksTheReceiverWhereSafe() public {
        _bind();
        _mint(alice);
        vm.startPrank(alice);
        vm.expectRevert(ERC721.TransferToNonERC721ReceiverImplementer.selector);
        positions.safeTransferFrom(alice, address(positions), 2);
        vm.mockCall(models, abi.encodeWithSelector(0x150b7a02), abi.encode(bytes4(0x150b7a02)));
        positions.safeTransferFrom(alice, models, 2, "data");
        vm.stopPrank();
        assertEq(positions.ownerOf(2), models);
    }

    // --- approve ---

    function test_Approve_RevertsForOthers() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.approve(bob, 2);
        // Who was approved cannot approve others.
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        vm.prank(bob);
        positions.approve(models, 2);
    }

    function test_Approve_RevertsWithEther() public {
        _bind();
        _mint(alice);
        vm.deal(alice, 1);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        vm.prank(alice);
        positions.approve{value: 1}(bob, 2);
    }

    function test_Approve_Approves() public {
        _bind();
        _mint(alice);
        vm.expectEmit(address(positions));
        emit IERC721.Approval(alice, bob, 2);
        vm.prank(alice);
        positions.approve(bob, 2);
        assertEq(positions.getApproved(2), bob);
    }

    // --- raiseTo ---

    function test_RaiseTo_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotVault.selector, address(this)));
        positions.raiseTo(PositionId.wrap(1), 1);
    }

    function test_RaiseTo_RevertsForTooMuch() public {
        PositionId first = PositionId.wrap(1);
        vm.startPrank(positions.vault());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.CumulativeTooLarge.selector, first, 1 << 95));
        positions.raiseTo(first, 1 << 95);
    }

    function test_RaiseTo_RevertsWithoutPosition() public {
        vm.startPrank(positions.vault());
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.raiseTo(PositionId.wrap(2), 1);
    }

    /// @dev Whatever stood in the word: the owner and the mark stay, and the amount never falls.
    function testFuzz_RaiseTo_OnlyRaises(uint128[8] calldata amounts, uint256 marks) public {
        _bind();
        PositionId position = _mint(alice);
        _mint(bob);
        uint128 most;
        bool isMarked;
        for (uint256 i; i < amounts.length; ++i) {
            if ((marks >> i) & 1 == 1) {
                isMarked = true;
                vm.prank(positions.vault());
                positions.markDirect(position);
            }
            uint128 amount = amounts[i] >> 33;
            vm.prank(positions.vault());
            (address owner, uint128 claimed, bool hasDirect) = positions.raiseTo(position, amount);
            assertEq(owner, alice);
            assertEq(claimed, most);
            assertEq(hasDirect, isMarked);
            if (amount > most) most = amount;
            assertEq(positions.claimedOf(position), most);
            assertEq(positions.ownerOf(2), alice);
        }
        _assertWord(PositionId.wrap(3), bob, 0, false);
    }

    // --- markDirect ---

    function test_MarkDirect_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotVault.selector, address(this)));
        positions.markDirect(PositionId.wrap(1));
    }

    function test_MarkDirect_Marks() public {
        _bind();
        PositionId position = _mint(alice);
        _assertWord(position, alice, 0, false);
        vm.prank(positions.vault());
        positions.markDirect(position);
        _assertWord(position, alice, 0, true);
        _assertWord(PositionId.wrap(1), treasury, 0, false);
    }

    // --- claimedOf ---

    function test_ClaimedOf_IsWhatWasRaisedTo() public {
        assertEq(positions.claimedOf(PositionId.wrap(1)), 0);
        vm.prank(positions.vault());
        positions.raiseTo(PositionId.wrap(1), (1 << 95) - 1);
        assertEq(positions.claimedOf(PositionId.wrap(1)), (1 << 95) - 1);
        assertEq(positions.claimedOf(PositionId.wrap(2)), 0);
    }

    /// @dev As the primary vault reads it.
    function _assertWord(PositionId position, address owner, uint128 claimed, bool hasDirect) private {
        vm.prank(positions.vault());
        (address owner_, uint128 claimed_, bool hasDirect_) = positions.raiseTo(position, 0);
        assertEq(owner_, owner);
        assertEq(claimed_, claimed);
        assertEq(hasDirect_, hasDirect);
    }

    // --- ownerOf ---

    function test_OwnerOf_RevertsWithoutPosition() public {
        assertEq(positions.ownerOf(1), treasury);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.ownerOf(2);
    }

    // --- positionOf ---

    function test_PositionOf_IsNoneForAPositionThatDoesNotExist() public view {
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(9));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.None);
        assertEq(position.subject, 0);
    }

    // --- supportsInterface ---

    function test_SupportsInterface_OfERC721() public view {
        assertTrue(positions.supportsInterface(type(IERC721).interfaceId));
        assertTrue(positions.supportsInterface(type(IERC721Metadata).interfaceId));
        assertFalse(positions.supportsInterface(0xffffffff));
    }
}

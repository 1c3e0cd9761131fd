// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {LedgerFixture} from "../ledger/LedgerFixture.sol";

/// @notice Claims by delegation, branch by branch (Delegations.tree).
contract DelegationsTest is LedgerFixture {
    address private _recipient = makeAddr("recipient");

    function setUp() public override {
        super.setUp();
        accrue(ALICES, 100);
    }

    function test_ClaimFor_RevertsForAnotherPosition() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        claims[0].claim.position = BOBS;
        _expect(abi.encodeWithSelector(IRoyaltyVault.WrongDelegation.selector, BOBS, ALICES), claims);
    }

    function test_ClaimFor_RevertsForAnotherCaller() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotDelegate.selector, ALICES, rival));
        vm.prank(rival);
        vault.claimFor(claims);
    }

    function test_ClaimFor_RevertsForZeroRecipient() public {
        IRoyaltyVault.Delegation memory delegation = _delegation();
        delegation.recipient = address(0);
        _expect(abi.encodeWithSelector(IRoyaltyVault.ZeroRecipient.selector), _signed(delegation));
    }

    function test_ClaimFor_RevertsAfterDeadline() public {
        IRoyaltyVault.Delegation memory delegation = _delegation();
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(delegation);
        vm.warp(uint256(delegation.deadline) + 1);
        _expect(abi.encodeWithSelector(IRoyaltyVault.DelegationExpired.selector, ALICES, delegation.deadline), claims);
    }

    function test_ClaimFor_RevertsAfterRevocation() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(alice);
        vault.revokeDelegations(ALICES);
        _expect(abi.encodeWithSelector(IRoyaltyVault.WrongNonce.selector, ALICES, 0, 1), claims);
    }

    function test_ClaimFor_RevertsAfterSaleAndReturn() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        vm.prank(bob);
        positions.transferFrom(bob, alice, 2);
        _expect(abi.encodeWithSelector(IRoyaltyVault.WrongNonce.selector, ALICES, 0, uint256(2) << 64), claims);
    }

    function test_ClaimFor_RevertsForForgedSignature() public {
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        claims[0].delegation.recipient = stranger;
        _expect(abi.encodeWithSelector(IRoyaltyVault.InvalidDelegation.selector, ALICES), claims);
    }

    function test_ClaimFor_PaysRecipientAsOftenAsWanted() public {
        IRoyaltyVault.Delegation memory delegation = _delegation();
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(delegation);
        vm.prank(stranger);
        assertEq(vault.claimFor(claims), 100);
        accrue(ALICES, 11);
        vm.warp(delegation.deadline);
        vm.expectEmit();
        emit IRoyaltyLedger.AccruedPaid(ALICES, _recipient, 11);
        vm.prank(stranger);
        vault.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 111);
        assertCovered();
    }

    function test_ClaimFor_ServesSeveralDelegations() public {
        IRoyaltyVault.DelegatedClaim memory alices = _signed(_delegation())[0];
        (address owner, uint256 key) = makeAddrAndKey("owner");
        vm.prank(bob);
        positions.transferFrom(bob, owner, 3);
        accrue(BOBS, 50);
        IRoyaltyVault.Delegation memory second = IRoyaltyVault.Delegation(
            BOBS,
            stranger,
            rival,
            vault.delegationNonceOf(BOBS),
            uint48(block.timestamp)
        );
        uint256 before = token.balanceOf(rival);
        IRoyaltyVault.DelegatedClaim[] memory claims = new IRoyaltyVault.DelegatedClaim[](2);
        claims[0] = alices;
        claims[1] = IRoyaltyVault.DelegatedClaim(second, sign(key, _digest(second)), accruedOnly(BOBS));
        vm.prank(stranger);
        vault.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 100);
        assertEq(token.balanceOf(rival) - before, 50);
    }

    function test_ClaimFor_AcceptsContractOwner() public {
        SmartAccount account = new SmartAccount(alice);
        vm.prank(alice);
        positions.transferFrom(alice, address(account), 2);
        IRoyaltyVault.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(stranger);
        vault.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 100);
    }

    function test_RevokeDelegations_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotPositionOwner.selector, ALICES, bob));
        vm.prank(bob);
        vault.revokeDelegations(ALICES);
    }

    function test_RevokeDelegations_ChangesNonce() public {
        vm.expectEmit();
        emit IRoyaltyVault.DelegationsRevoked(ALICES, alice, 1);
        vm.prank(alice);
        vault.revokeDelegations(ALICES);
    }

    function test_DelegationNonceOf_CountsBoth() public {
        vm.prank(alice);
        vault.revokeDelegations(ALICES);
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        assertEq(vault.delegationNonceOf(ALICES), (uint256(1) << 64) | 1);
        assertEq(vault.delegationNonceOf(BOBS), 0);
    }

    function _delegation() private view returns (IRoyaltyVault.Delegation memory) {
        return
            IRoyaltyVault.Delegation(
                ALICES,
                stranger,
                _recipient,
                vault.delegationNonceOf(ALICES),
                uint48(block.timestamp + 1_000)
            );
    }

    function _signed(
        IRoyaltyVault.Delegation memory delegation
    ) private view returns (IRoyaltyVault.DelegatedClaim[] memory claims) {
        claims = new IRoyaltyVault.DelegatedClaim[](1);
        claims[0] = IRoyaltyVault.DelegatedClaim(delegation, sign(aliceKey, _digest(delegation)), accruedOnly(ALICES));
    }

    function _digest(IRoyaltyVault.Delegation memory d) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tributary RoyaltyVault"),
                keccak256("1"),
                block.chainid,
                address(vault)
            )
        );
        bytes32 hash = LedgerData.delegationHash(d.position, d.claimer, d.recipient, d.nonce, d.deadline);
        return keccak256(abi.encodePacked("\x19\x01", domain, hash));
    }

    function _expect(bytes memory failure, IRoyaltyVault.DelegatedClaim[] memory claims) private {
        vm.expectRevert(failure);
        vm.prank(stranger);
        vault.claimFor(claims);
    }
}

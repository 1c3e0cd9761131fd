// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {OpenGovernor} from "../../../contracts/governance/OpenGovernor.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {GovernanceFixture} from "../governance/GovernanceFixture.sol";

/// @notice As Replays.t.sol, for signatures that inherited functions take: ballots, permits of shares and delegations of votes (InheritedReplays.tree).
contract InheritedReplaysTest is GovernanceFixture {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant BALLOT_TYPEHASH = keccak256(
        "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"
    );
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );
    uint256 private constant LATER = NOW + 30 days;
    uint256 private constant VOTES = 3_000_000e18;

    address private _signer;
    uint256 private _signerKey;

    function setUp() public override {
        super.setUp();
        (_signer, _signerKey) = makeAddrAndKey("signer");
        votes.depositFor(_signer, VOTES);
        vm.prank(_signer);
        votes.delegate(_signer);
        vm.warp(NOW + 2);
    }

    /// @dev The two governors number the same proposal alike, and the voter's nonce is the same at both.
    function test_ABallot_IsCastOnceAtOneGovernorOfOneChain() public {
        OpenGovernor other = new OpenGovernor(votes, timelock, settings());
        Proposal memory p = proposalOf(address(governed), abi.encodeCall(governed.setParameter, (7)));
        uint256 id = propose(whale, p);
        vm.prank(whale);
        assertEq(other.propose(p.targets, p.values, p.calldatas, p.description), id);
        vm.warp(governor.proposalSnapshot(id) + 1);
        bytes32 ballot = keccak256(abi.encode(BALLOT_TYPEHASH, id, 1, _signer, 0));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_signerKey, _digest(address(governor), governor.name(), ballot));
        bytes memory signature = abi.encodePacked(r, s, v);
        uint256 here = block.chainid;

        bytes memory invalid = abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, _signer);
        vm.expectRevert(invalid);
        other.castVoteBySig(id, 1, _signer, signature);
        vm.chainId(here + 1);
        vm.expectRevert(invalid);
        governor.castVoteBySig(id, 1, _signer, signature);
        vm.chainId(here);
        assertEq(governor.castVoteBySig(id, 1, _signer, signature), VOTES);
        vm.expectRevert(invalid);
        governor.castVoteBySig(id, 1, _signer, signature);
        (, uint256 forVotes, ) = governor.proposalVotes(id);
        assertEq(forVotes, VOTES);
        assertFalse(other.hasVoted(id, _signer));
    }

    /// @dev The others are shares of the same position by the same names.
    function test_APermitOfShares_IsUsedOnceAtOneContractOfOneChain() public {
        RoyaltyPositions positions = new RoyaltyPositions(_signer, open);
        RoyaltyShares shares = _shares(positions);
        RoyaltyShares other = _shares(positions);
        bytes32 permit = keccak256(abi.encode(PERMIT_TYPEHASH, _signer, stranger, 5, 0, LATER));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_signerKey, _digest(address(shares), "Shares", permit));
        uint256 here = block.chainid;

        // Of other bytes, the signature recovers some other account.
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        other.permit(_signer, stranger, 5, LATER, v, r, s);
        vm.chainId(here + 1);
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        shares.permit(_signer, stranger, 5, LATER, v, r, s);
        vm.chainId(here);
        shares.permit(_signer, stranger, 5, LATER, v, r, s);
        vm.prank(stranger);
        shares.transferFrom(_signer, stranger, 5);
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        shares.permit(_signer, stranger, 5, LATER, v, r, s);
        assertEq(shares.allowance(_signer, stranger), 0);
        assertEq(other.allowance(_signer, stranger), 0);
    }

    /// @dev On another chain the signature is that of some other account, which has no votes to give.
    function test_ADelegationOfVotes_IsUsedOnceOnOneChain() public {
        bytes32 delegation = keccak256(abi.encode(DELEGATION_TYPEHASH, stranger, 0, LATER));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_signerKey, _digest(address(votes), votes.name(), delegation));
        uint256 here = block.chainid;

        vm.chainId(here + 1);
        votes.delegateBySig(stranger, 0, LATER, v, r, s);
        assertEq(votes.delegates(_signer), _signer);
        assertEq(votes.nonces(_signer), 0);
        assertEq(votes.getVotes(stranger), 0);
        vm.chainId(here);
        votes.delegateBySig(stranger, 0, LATER, v, r, s);
        assertEq(votes.getVotes(stranger), VOTES);
        vm.prank(_signer);
        votes.delegate(_signer);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, _signer, 1));
        votes.delegateBySig(stranger, 0, LATER, v, r, s);
        assertEq(votes.delegates(_signer), _signer);
    }

    function _shares(RoyaltyPositions positions) private returns (RoyaltyShares) {
        IRoyaltyVault[] memory vaults = new IRoyaltyVault[](1);
        vaults[0] = IRoyaltyVault(positions.vault());
        return new RoyaltyShares(positions, PositionId.wrap(1), 100, _signer, "Shares", "SHARES", vaults);
    }

    /// @dev On this chain, of a contract of version 1.
    function _digest(address verifier, string memory name, bytes32 content) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256("1"), block.chainid, verifier)
        );
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }
}

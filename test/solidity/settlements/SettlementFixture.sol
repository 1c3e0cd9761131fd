// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {CommitNames} from "../../../contracts/libraries/CommitNames.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {SettlementProofs} from "../../../contracts/royalties/SettlementProofs.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {ModelId, PoolId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice A till whose gateway has a key and a stake, receipts of two channels, and their sketches; what a test needs to settle them, right or wrong.
abstract contract SettlementFixture is ProtocolFixture {
    using SparseTree for SparseTree.Tree;

    uint256 internal constant GATEWAY_KEY = 0x6a7e;
    uint256 internal constant COUNT = 5;
    uint16 internal constant K = 256;
    uint128 internal constant STAKE = 1_000_000;
    uint128 internal constant RESERVATION_DEPOSIT = 7;
    uint128 internal constant INCLUSION_DEPOSIT = 10;
    /// @dev As the deployment has them.
    uint48 internal constant GRACE = 1 hours;
    uint48 internal constant DEMANDABLE = 7 days;
    uint48 internal constant ANSWER = 2 days;
    uint48 internal constant ANSWERABLE = 10 days;
    bytes32 internal constant FIRST_CHANNEL = bytes32(uint256(3));
    bytes32 internal constant SECOND_CHANNEL = bytes32(uint256(8));

    TrickyToken internal token;
    SettlementProofs internal proofs;
    address internal gateway = vm.addr(GATEWAY_KEY);
    address internal attributor = vm.addr(ATTRIBUTOR_KEY);
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    PoolId internal gatewayPool;
    PoolId internal attributorPool;

    function setUp() public virtual {
        vm.warp(1_000_000);
        _model(token = new TrickyToken());
        _till = ModelTill(_p.tills.createTill(ModelId.wrap(1), gateway));
        proofs = _p.settlementProofs;
        gatewayPool = _stake(gateway, IOperatorStaking.PoolKind.Gateway);
        attributorPool = _stake(attributor, IOperatorStaking.PoolKind.Attributor);
        _fund(alice);
        _fund(bob);
    }

    function _stake(address operator, IOperatorStaking.PoolKind kind) private returns (PoolId pool) {
        _p.open.transfer(operator, STAKE);
        vm.startPrank(operator);
        pool = _p.staking.openPool(kind, 0, 0);
        _p.open.approve(address(_p.staking), STAKE);
        _p.staking.stake(pool, STAKE);
        vm.stopPrank();
    }

    function _fund(address account) private {
        _token.transfer(account, 1e20);
        vm.prank(account);
        _token.approve(address(proofs), type(uint256).max);
    }

    // --- receipts ---

    /// @dev Two calls of a new channel and three of an old one, as an honest gateway settles them.
    function honest() internal view returns (SignedReceipt[] memory receipts) {
        receipts = new SignedReceipt[](COUNT);
        receipts[0] = receiptOf(FIRST_CHANNEL, 1, 40, 40);
        receipts[1] = receiptOf(FIRST_CHANNEL, 2, 60, 100);
        receipts[2] = receiptOf(SECOND_CHANNEL, 7, 1_000, 9_000);
        receipts[3] = receiptOf(SECOND_CHANNEL, 8, 0, 9_000);
        receipts[4] = receiptOf(SECOND_CHANNEL, 9, 5, 9_005);
    }

    /// @dev What the same channels are charged next.
    function honestNext() internal view returns (SignedReceipt[] memory receipts) {
        receipts = new SignedReceipt[](COUNT);
        receipts[0] = receiptOf(FIRST_CHANNEL, 3, 11, 111);
        receipts[1] = receiptOf(FIRST_CHANNEL, 4, 9, 120);
        receipts[2] = receiptOf(FIRST_CHANNEL, 5, 30, 150);
        receipts[3] = receiptOf(SECOND_CHANNEL, 10, 95, 9_100);
        receipts[4] = receiptOf(SECOND_CHANNEL, 11, 1, 9_101);
    }

    function receiptOf(
        bytes32 channel,
        uint64 sequence,
        uint128 amount,
        uint128 cumulative
    ) internal view returns (SignedReceipt memory) {
        return
            SignedReceipt({
                till: address(_till),
                modelVersion: VERSION,
                channelId: channel,
                sequence: sequence,
                amount: amount,
                cumulative: cumulative,
                agentRegistry: address(0),
                agentId: 0,
                requestHash: keccak256(abi.encode("request", channel, sequence)),
                responseHash: keccak256(abi.encode("response", channel, sequence)),
                issuedAt: 1_000_000
            });
    }

    function payloadOf(SignedReceipt memory r) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            TreeKind.RECEIPT,
            r.till,
            r.modelVersion,
            r.channelId,
            r.sequence,
            r.cumulative
        );
        bytes memory agent = abi.encodePacked(r.agentRegistry, r.agentId);
        return abi.encodePacked(head, agent, r.requestHash, r.responseHash, r.issuedAt, uint32(0));
    }

    function receiptsTree(SignedReceipt[] memory receipts) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.RECEIPT, receipts.length);
        for (uint64 i; i < receipts.length; ++i) tree.set(i, i, receipts[i].amount, payloadOf(receipts[i]));
    }

    function signed(uint256 key, SignedReceipt memory r) internal view returns (bytes memory) {
        (uint8 v, bytes32 r_, bytes32 s) = vm.sign(key, Receipts.digest(r.till, Receipts.structHash(r)));
        return abi.encodePacked(r_, s, v);
    }

    // --- sketches ---

    function sketchesTree(SignedReceipt[] memory receipts) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.SKETCH, receipts.length);
        for (uint64 i; i < receipts.length; ++i) {
            tree.set(i, i, 1, sketchPayload(Receipts.structHash(receipts[i]), uint8(100 + i)));
        }
    }

    /// @dev A sketch all of whose coordinates are stored as `u`.
    function sketchPayload(bytes32 receiptHash, uint8 u) internal pure returns (bytes memory) {
        bytes memory coordinates = new bytes(K);
        for (uint256 i; i < K; ++i) coordinates[i] = bytes1(u);
        return abi.encodePacked(TreeKind.SKETCH, receiptHash, uint32(u) * K, coordinates);
    }

    // --- steps ---

    function settle(SparseTree.Tree memory receipts) internal returns (SettlementId) {
        return settleAt(_till, gateway, receipts.root(), COUNT);
    }

    function settleAt(ModelTill till, address by, Root memory root, uint256 count) internal returns (SettlementId) {
        _token.transfer(address(till), root.sum);
        vm.prank(by);
        return till.close(VERSION, root, uint32(count), 0);
    }

    function attest(SettlementId settlement, SparseTree.Tree memory sketches) internal {
        Root memory root = sketches.root();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTRIBUTOR_KEY, _p.ledger.attestationDigest(settlement, root.hash));
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
        _p.ledger.commitSketches(settlement, root, 0, signatures);
    }

    function ready(SettlementId settlement) internal {
        attest(settlement, sketchesTree(honest()));
        skip(SKETCH_WINDOW_SECONDS);
        _p.ledger.advance(10);
    }

    function statusOf(SettlementId settlement) internal view returns (IRoyaltyLedger.SettlementStatus) {
        return _p.ledger.settlementOf(settlement).status;
    }

    function assertStatus(SettlementId settlement, IRoyaltyLedger.SettlementStatus status) internal view {
        assertEq(uint8(statusOf(settlement)), uint8(status), "status");
    }

    function sketchesName(SettlementId settlement, uint32 commit) internal pure returns (CommitName) {
        return CommitNames.encode(TreeKind.SKETCH, SettlementId.unwrap(settlement), commit);
    }

    function receiptsName(SettlementId settlement) internal pure returns (CommitName) {
        return CommitNames.encode(TreeKind.RECEIPT, SettlementId.unwrap(settlement), 0);
    }

    function caseOf(CommitName name) internal pure returns (uint256) {
        return uint104(CommitName.unwrap(name));
    }

    function signers() internal view returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = attributor;
    }

    function stakeOf(PoolId pool) internal view returns (uint128) {
        return _p.staking.poolOf(pool).stake;
    }

    /// @dev The link to an inner node or leaf, shown with its preimage.
    function nodeLink(
        SparseTree.Tree memory tree,
        uint256 level,
        uint64 key,
        bytes memory preimage
    ) internal pure returns (Link memory) {
        return tree.linkToNode(key, level, preimage);
    }

    /// @dev Everything that is held for others is there.
    function assertCovered() internal view {
        (uint256 deposits, uint256 rewards) = proofs.owed();
        assertEq(_token.balanceOf(address(proofs)), deposits + rewards + proofs.inclusionDeposits(), "proofs");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice A wallet whose answer to ERC-1271 is whatever the test says.
contract AnsweringWallet is IERC1271 {
    enum Answer {
        Valid,
        Invalid,
        Reverts,
        Empty,
        Short,
        Dirty,
        Endless,
        Writes
    }

    Answer public answer;
    uint256 public writes;

    error Unwilling();

    function set(Answer answer_) external {
        answer = answer_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        if (answer == Answer.Invalid) return 0xffffffff;
        if (answer == Answer.Reverts) revert Unwilling();
        if (answer == Answer.Endless) while (gasleft() > 0) {}
        if (answer == Answer.Writes) _write();
        bool isShort = answer == Answer.Short;
        bool isEmpty = answer == Answer.Empty;
        bool isDirty = answer == Answer.Dirty;
        assembly ("memory-safe") {
            if isEmpty {
                return(0, 0)
            }
            mstore(0, or(magic, isDirty))
            if isShort {
                return(0, 4)
            }
            if isDirty {
                return(0, 32)
            }
        }
        return magic;
    }

    /// @dev Called within a check, where the chain refuses every write.
    function write() external {
        ++writes;
    }

    function _write() private view {
        (bool success, ) = address(this).staticcall(abi.encodeCall(this.write, ()));
        if (!success) revert Unwilling();
    }
}

/// @notice Wallets that are contracts: what they answer to ERC-1271 counts for themselves only, and their mischief stops nobody else.
contract ContractWalletsTest is ProtocolFixture {
    AnsweringWallet private _wallet;
    SettlementId private _settlement;

    function setUp() public {
        _model(new PlainToken());
        _wallet = new AnsweringWallet();
        _p.attributors.add(address(_wallet));
        _settlement = _settle(1_000);
    }

    function test_AWallet_SignsByItsAnswer() public {
        _commit(_packed("anything"));
        assertEq(uint8(_p.ledger.settlementOf(_settlement).status), uint8(IRoyaltyLedger.SettlementStatus.Committed));
    }

    /// @dev Anything but the exact magic word of 32 bytes is no signature, and no signature is that of account 0.
    function test_AWallet_ThatDoesNotAnswerExactlyDoesNotSign() public {
        bytes[] memory signatures = _packed("anything");
        for (uint8 i = uint8(AnsweringWallet.Answer.Invalid); i <= uint8(AnsweringWallet.Answer.Writes); ++i) {
            _wallet.set(AnsweringWallet.Answer(i));
            vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, address(0)));
            _p.ledger.commitSketches{gas: 3_000_000}(_settlement, Root("sketches", 5), 0, signatures);
        }
        assertEq(_wallet.writes(), 0);
    }

    function test_AWallet_SignsOnceHoweverItsSignatureIsWritten() public {
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _packed("one")[0];
        signatures[1] = _packed("other")[0];
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, address(_wallet)));
        _commit(signatures);
    }

    function test_AWallet_ThatIsNoAttributorDoesNotSign() public {
        AnsweringWallet other = new AnsweringWallet();
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(address(other), "anything");
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotAttributor.selector, address(other)));
        _commit(signatures);
    }

    /// @dev 20 + 45 bytes are as long as an account's signature, and are read as one.
    function test_AWallet_CannotPassForAnAccount() public {
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(address(_wallet), new bytes(45));
        assertEq(signatures[0].length, 65);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, address(0)));
        _commit(signatures);
    }

    /// @dev An account without code has no ERC-1271 answer, even if it is an attributor.
    function test_AnAccount_CannotPassForAWallet() public {
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(vm.addr(ATTRIBUTOR_KEY), "anything");
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, address(0)));
        _commit(signatures);
    }

    function test_AWalletsFailure_DoesNotStopTheOthers() public {
        _wallet.set(AnsweringWallet.Answer.Endless);
        _commit(_signed(_settlement));
        assertEq(uint8(_p.ledger.settlementOf(_settlement).status), uint8(IRoyaltyLedger.SettlementStatus.Committed));
    }

    /// @dev A wallet that agrees to everything gives its own money away, once per nonce, and nobody else's.
    function test_AnAgreeableWallet_LosesItsOwnMoneyOnly() public {
        OpenToken open = new OpenToken(address(this));
        open.transfer(address(_wallet), 100);
        open.transferWithAuthorization(address(_wallet), address(7), 60, 0, type(uint256).max, "nonce", "");
        assertEq(open.balanceOf(address(7)), 60);
        bytes32 nonce = "nonce";
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, address(_wallet), nonce));
        open.transferWithAuthorization(address(_wallet), address(7), 40, 0, type(uint256).max, "nonce", "");
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        open.transferWithAuthorization(address(this), address(7), 1, 0, type(uint256).max, "other", "");
        assertEq(open.balanceOf(address(_wallet)), 40);
    }

    function _packed(bytes memory signature) private view returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(address(_wallet), signature);
    }

    function _commit(bytes[] memory signatures) private {
        _p.ledger.commitSketches(_settlement, Root("sketches", 5), 0, signatures);
    }
}

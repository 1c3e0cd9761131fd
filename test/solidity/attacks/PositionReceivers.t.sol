// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// An attacker's call is made from its bytes.
// solhint-disable avoid-low-level-calls

import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ContributionId, DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice A receiver of positions that makes one call to the vault whenever the ERC-721 hook reaches it.
contract VaultCallingReceiver is IERC721Receiver {
    address private immutable _vault;
    bytes private _call;
    uint256 public hooks;
    bool public wasRefused;

    constructor(address vault) {
        _vault = vault;
    }

    function arm(bytes calldata call) external {
        _call = call;
    }

    /// @notice Acts as an account of its own: makes any call.
    function act(address target, bytes calldata call) external {
        (bool success, bytes memory result) = target.call(call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        ++hooks;
        (bool success, ) = _vault.call(_call);
        wasRefused = !success;
        return this.onERC721Received.selector;
    }
}

/// @notice A contract that takes no ERC-721 token.
contract Unreceptive {
    function contribute(IDatanetRegistry datanets, DatanetId datanet, IERC20 token) external {
        token.approve(address(datanets), type(uint256).max);
        datanets.contribute(datanet, IDatanetRegistry.ContributionKind.Data, Root("own", 10), "MIT", "", 0);
    }
}

/// @notice Owners of positions that are contracts: neither their hooks nor the lack of them changes who is paid or whose turn it is.
contract PositionReceiversTest is ProtocolFixture {
    VaultCallingReceiver private _receiver;

    function setUp() public {
        _model(new PlainToken());
        _receiver = new VaultCallingReceiver(address(_p.vault));
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (DEVELOPER, 100);
        _p.ledger.accrue(to, amounts);
    }

    /// @dev The hook runs when ownership has moved: the receiver is paid, once.
    function test_AReceiver_ClaimsWhatItWasGivenOnce() public {
        _receiver.arm(abi.encodeCall(IRoyaltyVault.claim, (_accruedOnly(DEVELOPER))));
        _p.positions.safeTransferFrom(address(this), address(_receiver), PositionId.unwrap(DEVELOPER));
        assertFalse(_receiver.wasRefused());
        assertEq(_token.balanceOf(address(_receiver)), 100);
        assertEq(_p.vault.claim(_accruedOnly(DEVELOPER)), 0);
        _requireSolvent();
    }

    /// @dev Who was appointed by the former owner has no right any more inside the hook.
    function test_AFormerClaimer_IsRefusedInsideTheHook() public {
        _p.vault.setClaimer(DEVELOPER, address(_receiver));
        VaultCallingReceiver next = new VaultCallingReceiver(address(_receiver));
        bytes memory theft = abi.encodeCall(IRoyaltyVault.claimTo, (address(_receiver), _accruedOnly(DEVELOPER)));
        next.arm(abi.encodeCall(VaultCallingReceiver.act, (address(_p.vault), theft)));
        _p.positions.safeTransferFrom(address(this), address(next), PositionId.unwrap(DEVELOPER));
        assertEq(next.hooks(), 1);
        assertTrue(next.wasRefused());
        assertEq(_token.balanceOf(address(_receiver)), 0);
    }

    /// @dev Positions, datanets and models are made without the hook, so a registration is never half done when somebody else's code runs.
    function test_AMintedPosition_CallsNobody() public {
        _token.transfer(address(_receiver), 100_000);
        _receiver.act(address(_token), abi.encodeCall(IERC20.approve, (address(_p.models), type(uint256).max)));
        _receiver.act(address(_p.models), abi.encodeCall(IModelRegistry.register, (_registration())));
        _receiver.act(address(_p.datanets), abi.encodeCall(IDatanetRegistry.createDatanet, (_terms(), "")));
        assertEq(_receiver.hooks(), 0);
        assertEq(_p.positions.balanceOf(address(_receiver)), 2);
    }

    function test_AnUnreceptiveContributor_DoesNotStopTheQueue() public {
        Unreceptive contributor = new Unreceptive();
        _token.transfer(address(contributor), 100);
        _p.datanets.reserve(_p.datanets.reservationOf(address(contributor), DATANET, Root("own", 10), 0));
        vm.roll(vm.getBlockNumber() + 1);
        contributor.contribute(_p.datanets, DATANET, _token);
        _contribute("after");
        skip(REVIEW_SECONDS);
        _p.datanets.accept(ContributionId.wrap(2));
        _p.datanets.accept(ContributionId.wrap(3));
        assertEq(_p.positions.balanceOf(address(contributor)), 1);
        _requireSolvent();
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OperatorSet} from "../../src/restaking/OperatorSet.sol";
import {Permissioned} from "../../src/restaking/Permissioned.sol";
import {BoundedCall} from "../../src/lib/BoundedCall.sol";
import {IAllocationManager} from "../../src/restaking/interfaces/IAllocationManager.sol";
import {IAVSDirectory} from "../../src/restaking/interfaces/IAVSDirectory.sol";
import {IPermissionController} from "../../src/restaking/interfaces/IPermissionController.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {Registrar} from "./support/Registrar.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// Operator sets, magnitudes, delays, the directory of AVSs and who may act for whom.
contract AllocationsTest is RestakingFixture {
    uint256 private constant OP_KEY = 0x0b;
    address private constant BOB = address(0xB0B);
    address private _op;
    Registrar private _avs;

    function setUp() public {
        _deployCore();
        _op = vm.addr(OP_KEY);
        _avs = new Registrar();
        _operator(_op);
        _createSet(address(_avs), 0, _one(strategy));
        _createSet(address(_avs), 1, _one(strategy));
    }

    function test_setsAreMadeByTheirAvsAndOnce() public {
        IAllocationManager.CreateSetParams[] memory params = new IAllocationManager.CreateSetParams[](1);
        params[0] = IAllocationManager.CreateSetParams(0, _one(strategy));
        vm.prank(BOB);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        allocations.createOperatorSets(address(_avs), params);
        vm.startPrank(address(_avs));
        vm.expectRevert(IAllocationManager.InvalidOperatorSet.selector);
        allocations.createOperatorSets(address(_avs), params);
        vm.expectRevert(IAllocationManager.StrategyAlreadyInOperatorSet.selector);
        allocations.addStrategiesToOperatorSet(address(_avs), 0, _one(strategy));
        allocations.addStrategiesToOperatorSet(address(_avs), 0, _one(ETH));
        vm.stopPrank();
        assertEq(allocations.getOperatorSetCount(address(_avs)), 2, "two sets");
        assertEq(allocations.getStrategiesInOperatorSet(_set(0)).length, 2, "two strategies");
    }

    function test_operatorsJoinAndLeaveAndTheRegistrarHearsOfIt() public {
        _join(_op, address(_avs), 0);
        assertEq(_avs.joined(), 1, "told");
        assertTrue(allocations.isMemberOfOperatorSet(_op, _set(0)), "member");
        vm.prank(_op);
        vm.expectRevert(IAllocationManager.AlreadyMemberOfSet.selector);
        allocations.registerForOperatorSets(
            _op, IAllocationManager.RegisterParams(address(_avs), _ids(0), "")
        );
        _leave(_op, _op, address(_avs), 0);
        assertEq(_avs.left(), 1, "told");
        assertEq(allocations.getMemberCount(_set(0)), 0, "nobody");
        assertEq(allocations.getRegisteredSets(_op).length, 0, "nowhere");
        vm.prank(_op);
        vm.expectRevert(IAllocationManager.NotMemberOfSet.selector);
        allocations.deregisterFromOperatorSets(
            IAllocationManager.DeregisterParams(_op, address(_avs), _ids(0))
        );
    }

    function test_aRegistrarMayRefuseWhoComesButNotKeepWhoLeaves() public {
        _avs.set(true, false);
        vm.prank(_op);
        vm.expectRevert();
        allocations.registerForOperatorSets(
            _op, IAllocationManager.RegisterParams(address(_avs), _ids(0), "")
        );
        _avs.set(false, false);
        _join(_op, address(_avs), 0);
        _join(_op, address(_avs), 1);
        _avs.set(true, false);
        _leave(_op, _op, address(_avs), 0);
        _avs.set(false, true);
        _leave(_op, _op, address(_avs), 1);
        assertEq(allocations.getRegisteredSets(_op).length, 0, "left both");
    }

    function test_nobodyLeavesByStarvingTheRegistrarOfGas() public {
        _join(_op, address(_avs), 0);
        vm.prank(_op);
        vm.expectRevert(BoundedCall.NotEnoughGasForCall.selector);
        allocations.deregisterFromOperatorSets{gas: 2_500_000}(
            IAllocationManager.DeregisterParams(_op, address(_avs), _ids(0))
        );
    }

    function test_theAvsPutsOutWhomItWants_othersDoNot() public {
        _join(_op, address(_avs), 0);
        vm.prank(BOB);
        vm.expectRevert(IAllocationManager.InvalidCaller.selector);
        allocations.deregisterFromOperatorSets(
            IAllocationManager.DeregisterParams(_op, address(_avs), _ids(0))
        );
        _leave(address(_avs), _op, address(_avs), 0);
        assertEq(_avs.left(), 0, "it is its own registrar and knows");
        assertTrue(allocations.isOperatorSlashable(_op, _set(0)), "slashable for the delay");
    }

    function test_theAvsRegistersWhoSigned_andNobodyElse() public {
        vm.startPrank(address(_avs));
        vm.expectRevert(IAllocationManager.OperatorDidNotSign.selector);
        allocations.registerOperatorByAVS(_op, _ids(0));
        directory.registerOperatorToAVS(_op, _signature("a"));
        allocations.registerOperatorByAVS(_op, _ids(0));
        vm.stopPrank();
        assertEq(_avs.joined(), 0, "the registrar made the call");
        vm.prank(BOB);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        allocations.registerOperatorByAVS(address(_avs), _op, _ids(1));
    }

    function test_anOldSignatureDoesNotBringBackWhoLeft() public {
        vm.startPrank(address(_avs));
        directory.registerOperatorToAVS(_op, _signature("a"));
        allocations.registerOperatorByAVS(_op, _ids(0));
        vm.stopPrank();
        _leave(_op, _op, address(_avs), 0);
        vm.startPrank(address(_avs));
        vm.expectRevert(IAllocationManager.OperatorDidNotSign.selector);
        allocations.registerOperatorByAVS(_op, _ids(0));
        // A set that it did not leave is as open as before, and a new signature opens all.
        allocations.registerOperatorByAVS(_op, _ids(1));
        directory.deregisterOperatorFromAVS(_op);
        directory.registerOperatorToAVS(_op, _signature("b"));
        allocations.registerOperatorByAVS(_op, _ids(0));
        vm.stopPrank();
    }

    function test_theDirectoryTakesEachSignatureOnce() public {
        vm.startPrank(address(_avs));
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = _signature("a");
        ISignatureUtils.SignatureWithSaltAndExpiry memory other = _signature("b");
        directory.registerOperatorToAVS(_op, signature);
        vm.expectRevert(IAVSDirectory.OperatorAlreadyRegisteredToAVS.selector);
        directory.registerOperatorToAVS(_op, other);
        directory.deregisterOperatorFromAVS(_op);
        vm.expectRevert(IAVSDirectory.OperatorNotRegisteredToAVS.selector);
        directory.deregisterOperatorFromAVS(_op);
        vm.expectRevert(IAVSDirectory.SaltSpent.selector);
        directory.registerOperatorToAVS(_op, signature);
        signature = _signature("c");
        vm.expectRevert(IAVSDirectory.OperatorNotRegisteredToEigenLayer.selector);
        directory.registerOperatorToAVS(BOB, signature);
        signature.expiry -= 1;
        vm.expectRevert(ISignatureUtils.InvalidSignature.selector);
        directory.registerOperatorToAVS(_op, signature);
        signature.expiry = block.timestamp - 1;
        vm.expectRevert(ISignatureUtils.SignatureExpired.selector);
        directory.registerOperatorToAVS(_op, signature);
        vm.stopPrank();
        vm.prank(_op);
        directory.cancelSalt("c");
        signature = _signature("c");
        vm.prank(address(_avs));
        vm.expectRevert(IAVSDirectory.SaltSpent.selector);
        directory.registerOperatorToAVS(_op, signature);
    }

    function test_allocationsWaitForTheOperatorsOwnDelay() public {
        vm.prank(_op);
        allocations.setAllocationDelay(_op, 20);
        (, uint32 delay) = allocations.getAllocationDelay(_op);
        assertEq(delay, 0, "not yet");
        _pass(CONFIGURATION_DELAY + 1);
        (, delay) = allocations.getAllocationDelay(_op);
        assertEq(delay, 20, "now");
        _join(_op, address(_avs), 0);
        _allocate(_op, address(_avs), 0, strategy, 0.6e18);
        assertEq(_current(0), 0, "pending");
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0.4e18, "taken at once");
        vm.expectRevert(IAllocationManager.ModificationAlreadyPending.selector);
        this.allocate(0, 0.7e18);
        _pass(20);
        assertEq(_current(0), 0.6e18, "in effect");
    }

    function test_magnitudeIsGivenOnce() public {
        _allocate(_op, address(_avs), 0, strategy, 0.6e18);
        vm.expectRevert(IAllocationManager.InsufficientMagnitude.selector);
        this.allocate(1, 0.4e18 + 1);
        vm.expectRevert(IAllocationManager.SameMagnitude.selector);
        this.allocate(0, 0.6e18);
        _allocate(_op, address(_avs), 1, strategy, 0.4e18);
        assertEq(allocations.getAllocatedSets(_op).length, 2, "two sets");
        // Nothing can be slashed while it is in no set, so nothing has to wait.
        _allocate(_op, address(_avs), 0, strategy, 0);
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0.6e18, "free at once");
        assertEq(allocations.getAllocatedSets(_op).length, 1, "one set");
    }

    function test_deallocationsFreeMagnitudeAfterTheirDelayInOrder() public {
        _join(_op, address(_avs), 0);
        _join(_op, address(_avs), 1);
        _allocate(_op, address(_avs), 0, strategy, 0.5e18);
        _allocate(_op, address(_avs), 1, strategy, 0.5e18);
        _allocate(_op, address(_avs), 0, strategy, 0);
        _pass(10);
        _allocate(_op, address(_avs), 1, strategy, 0.2e18);
        _pass(DEALLOCATION_DELAY - 9);
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0.5e18, "the first");
        uint16[] memory count = new uint16[](1);
        count[0] = 9;
        allocations.clearDeallocationQueue(_op, _one(strategy), count);
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0.5e18, "clearing changes nothing to see");
        _pass(10);
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0.8e18, "both");
        _allocate(_op, address(_avs), 0, strategy, 0.8e18);
        assertEq(allocations.getAllocatableMagnitude(_op, strategy), 0, "all given away");
    }

    function test_slashableStakeLooksAhead() public {
        _deposit(BOB, 100 ether);
        _delegate(BOB, _op);
        _join(_op, address(_avs), 0);
        _allocate(_op, address(_avs), 0, strategy, 0.5e18);
        assertEq(_slashable(uint32(block.number)), 50 ether, "now");
        _allocate(_op, address(_avs), 0, strategy, 0.1e18);
        assertEq(_slashable(uint32(block.number) + DEALLOCATION_DELAY), 50 ether, "until the delay ends");
        assertEq(_slashable(uint32(block.number) + DEALLOCATION_DELAY + 1), 10 ether, "after it");
        _leave(_op, _op, address(_avs), 0);
        _pass(DEALLOCATION_DELAY + 1);
        assertEq(_slashable(uint32(block.number)), 0, "nothing of who left");
    }

    function test_anOperatorOfM2ChoosesItsDelayFirst() public {
        vm.prank(BOB);
        delegation.registerAsOperator(BOB, 0, "");
        address newcomer = address(0x77);
        vm.startPrank(newcomer);
        bytes memory call = abi.encodeWithSignature(
            "registerAsOperator((address,address,uint32),string)", address(0), address(0), uint32(0), ""
        );
        (bool done,) = address(delegation).call(call);
        assertTrue(done, "registered");
        IAllocationManager.AllocateParams[] memory params = new IAllocationManager.AllocateParams[](0);
        vm.expectRevert(IAllocationManager.UninitializedAllocationDelay.selector);
        allocations.modifyAllocations(newcomer, params);
        allocations.setAllocationDelay(newcomer, 3);
        vm.stopPrank();
        _pass(CONFIGURATION_DELAY + 1);
        (bool isSet, uint32 delay) = allocations.getAllocationDelay(newcomer);
        assertTrue(isSet && delay == 3, "set");
    }

    function test_adminsActForAnAccountAndTheLastOneStays() public {
        vm.startPrank(_op);
        permissions.addPendingAdmin(_op, BOB);
        vm.expectRevert(IPermissionController.AdminAlreadyPending.selector);
        permissions.addPendingAdmin(_op, BOB);
        vm.stopPrank();
        assertTrue(permissions.isAdmin(_op, _op) && !permissions.isAdmin(_op, BOB), "not yet");
        vm.prank(BOB);
        permissions.acceptAdmin(_op);
        assertTrue(!permissions.isAdmin(_op, _op) && permissions.isAdmin(_op, BOB), "handed over");
        vm.prank(_op);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        allocations.setAVSRegistrar(_op, _avs);
        vm.startPrank(BOB);
        vm.expectRevert(IPermissionController.CannotHaveZeroAdmins.selector);
        permissions.removeAdmin(_op, BOB);
        permissions.setAppointee(_op, address(this), address(allocations), bytes4("abcd"));
        vm.expectRevert(IPermissionController.AppointeeAlreadySet.selector);
        permissions.setAppointee(_op, address(this), address(allocations), bytes4("abcd"));
        vm.stopPrank();
        (address[] memory targets, bytes4[] memory selectors) =
            permissions.getAppointeePermissions(_op, address(this));
        assertTrue(targets[0] == address(allocations) && selectors[0] == bytes4("abcd"), "listed");
        assertEq(permissions.getAppointees(_op, address(allocations), bytes4("abcd"))[0], address(this), "found");
        vm.prank(BOB);
        permissions.removeAppointee(_op, address(this), address(allocations), bytes4("abcd"));
        assertTrue(!permissions.canCall(_op, address(this), address(allocations), bytes4("abcd")), "taken back");
        vm.prank(_op);
        vm.expectRevert(IPermissionController.NotAdmin.selector);
        permissions.addPendingAdmin(_op, _op);
    }

    /// Magnitudes: whatever is allocated, taken back and slashed in whatever order, none is given twice.
    function testFuzz_magnitudesAddUp(uint256[12] memory choices) public {
        _join(_op, address(_avs), 0);
        _join(_op, address(_avs), 1);
        for (uint256 i = 0; i < choices.length; i++) {
            uint32 id = uint32(choices[i] % 2);
            uint256 kind = (choices[i] >> 8) % 4;
            uint256 amount = choices[i] >> 16;
            if (kind == 0) {
                _pass(bound(amount, 1, 60));
            } else if (kind == 1 && _current(id) > 0) {
                _slash(address(_avs), _op, id, strategy, bound(amount, 1, 1e18));
            } else {
                try this.allocate(id, uint64(bound(amount, 0, 1e18))) {} catch {}
            }
            uint256 given = uint256(_current(0)) + _current(1);
            uint64 max = allocations.getMaxMagnitude(_op, strategy);
            assertAtMost(given, max, "allocations within the maximum");
            assertAtMost(given, max - allocations.getAllocatableMagnitude(_op, strategy), "what is free is not given");
        }
    }

    function allocate(uint32 id, uint64 magnitude) external {
        _allocate(_op, address(_avs), id, strategy, magnitude);
    }

    function _set(uint32 id) private view returns (OperatorSet memory) {
        return OperatorSet(address(_avs), id);
    }

    function _current(uint32 id) private view returns (uint64) {
        return allocations.getAllocation(_op, _set(id), strategy).currentMagnitude;
    }

    function _slashable(uint32 futureBlock) private view returns (uint256) {
        address[] memory operators = new address[](1);
        operators[0] = _op;
        return allocations.getMinimumSlashableStake(_set(0), operators, _one(strategy), futureBlock)[0][0];
    }

    function _signature(bytes32 salt) private view returns (ISignatureUtils.SignatureWithSaltAndExpiry memory) {
        uint256 expiry = block.timestamp + 100;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            OP_KEY, directory.calculateOperatorAVSRegistrationDigestHash(_op, address(_avs), salt, expiry)
        );
        return ISignatureUtils.SignatureWithSaltAndExpiry(abi.encodePacked(r, s, v), salt, expiry);
    }
}

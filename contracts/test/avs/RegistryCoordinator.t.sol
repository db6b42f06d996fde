// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSApkRegistry} from "../../src/avs/IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "../../src/avs/IRegistryCoordinator.sol";
import {IStakeRegistry, StakeType} from "../../src/avs/IStakeRegistry.sol";
import {IServiceManager} from "../../src/avs/IServiceManager.sol";
import {ISocketUpdater} from "../../src/avs/ISocketUpdater.sol";
import {BN254} from "../../src/avs/lib/BN254.sol";
import {QuorumBits} from "../../src/avs/lib/QuorumBits.sol";
import {OperatorSet} from "../../src/restaking/OperatorSet.sol";
import {IAVSDirectory} from "../../src/restaking/interfaces/IAVSDirectory.sol";
import {IAVSRegistrar} from "../../src/restaking/interfaces/IAVSRegistrar.sol";
import {IAllocationManager} from "../../src/restaking/interfaces/IAllocationManager.sol";
import {IPausable} from "../../src/restaking/interfaces/IPausable.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";

contract RegistryCoordinatorTest is AvsFixture {
    using BN254 for BN254.G1Point;

    bytes private constant BOTH = hex"0001";

    function maxOperators() internal pure override returns (uint32) {
        return 3;
    }

    // --- joining ---

    function test_Register_JoinsEverythingByOneCall() public {
        TestOperator memory operator = _ready(1, 5 ether, 7 ether);
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(operator);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(operator);
        vm.expectEmit();
        emit ISocketUpdater.OperatorSocketUpdate(operator.id, "http://here");
        vm.expectEmit();
        emit IRegistryCoordinator.OperatorRegistered(operator.account, operator.id);
        vm.prank(operator.account);
        coordinator.registerOperator(BOTH, "http://here", params, signature);

        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 3, "bitmap");
        assertTrue(
            coordinator.getOperatorStatus(operator.account) == IRegistryCoordinator.OperatorStatus.REGISTERED, "status"
        );
        assertEq(coordinator.getOperatorId(operator.account), operator.id, "id");
        assertEq(coordinator.getOperatorFromId(operator.id), operator.account, "operator of the id");
        assertEq(stakes.getCurrentStake(operator.id, 0), 5 ether, "weight in quorum 0");
        assertEq(stakes.getCurrentStake(operator.id, 1), 7 ether, "weight in quorum 1");
        assertEq(indices.totalOperatorsForQuorum(1), 1, "listed");
        assertTrue(apks.getApk(0).X == operator.g1.X, "aggregate key");
        _assertInCore(operator, 0, true);
        _assertInCore(operator, 1, true);
    }

    function test_Register_MoreQuorumsLaterNeedNoSignature() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 7 ether, hex"00");
        _assertInCore(operator, 1, false);
        IBLSApkRegistry.PubkeyRegistrationParams memory unread;
        ISignatureUtils.SignatureWithSaltAndExpiry memory none;
        vm.prank(operator.account);
        coordinator.registerOperator(hex"01", "", unread, none);
        _assertInCore(operator, 1, true);
        vm.prank(operator.account);
        vm.expectRevert(abi.encodeWithSelector(IRegistryCoordinator.OperatorInQuorumAlready.selector, 2));
        coordinator.registerOperator(hex"01", "", unread, none);
    }

    function test_Register_TooLittleStakeSaysSoInTheGuidesWords() public {
        TestOperator memory operator = _ready(1, 5 ether, 0.9 ether);
        (uint96 weight, uint96 minimum, address[] memory list, uint256[] memory shares) =
            stakes.missingStake(1, operator.account);
        assertTrue(weight == 0.9 ether && minimum == 1 ether, "what is missing");
        assertTrue(list[0] == address(strategy) && shares[0] == 0.9 ether, "of which strategy");
        _expectJoinRevert(
            operator,
            BOTH,
            bytes(
                abi.encodeWithSignature(
                    "Error(string)",
                    "StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum"
                )
            )
        );
        // All or nothing.
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 0, "no quorum");
        _assertInCore(operator, 0, false);
        join(operator, hex"00");
    }

    function test_Register_WithoutAllocationNothingCounts() public {
        TestOperator memory operator = newOperator(1);
        registerCoreOperator(operator.account, 5 ether, 5 ether);
        (uint96 weight,,, uint256[] memory shares) = stakes.missingStake(0, operator.account);
        assertTrue(weight == 0 && shares[0] == 0, "delegated, but not allocated");
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(operator);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(operator);
        vm.prank(operator.account);
        vm.expectRevert();
        coordinator.registerOperator(hex"00", "", params, signature);
    }

    function test_Register_OnlyWhoIsOnTheAllowlist() public {
        TestOperator memory operator = _ready(1, 5 ether, 5 ether);
        allowlist.enableAllowlist();
        _expectJoinRevert(
            operator, BOTH, abi.encodeWithSelector(IRegistryCoordinator.OperatorNotAllowed.selector, operator.account)
        );
        address[] memory accounts = new address[](1);
        accounts[0] = operator.account;
        bool[] memory status = new bool[](1);
        status[0] = true;
        allowlist.setAllowlist(accounts, status);
        join(operator, hex"00");
        // Off the list again: stays, but joins nothing more.
        status[0] = false;
        allowlist.setAllowlist(accounts, status);
        _expectJoinRevert(
            operator,
            hex"01",
            abi.encodeWithSelector(IRegistryCoordinator.OperatorNotAllowed.selector, operator.account)
        );
        _assertInCore(operator, 0, true);
        allowlist.disableAllowlist();
        join(operator, hex"01");
    }

    function test_Register_NeedsAProofOfTheKey() public {
        TestOperator memory operator = _ready(1, 5 ether, 5 ether);
        TestOperator memory other = _ready(2, 5 ether, 5 ether);
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(other);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(operator);
        // Somebody else's proof is for somebody else.
        vm.prank(operator.account);
        vm.expectRevert(IBLSApkRegistry.InvalidPossessionProof.selector);
        coordinator.registerOperator(BOTH, "", params, signature);
        // A key made from another's: one's own minus the other's, so that both together are one's own.
        params = registrationParams(operator);
        params.pubkeyG1 = operator.g1.plus(other.g1.negate());
        vm.prank(operator.account);
        vm.expectRevert(IBLSApkRegistry.InvalidPossessionProof.selector);
        coordinator.registerOperator(BOTH, "", params, signature);
        params.pubkeyG1 = BN254.G1Point(0, 0);
        vm.prank(operator.account);
        vm.expectRevert(IBLSApkRegistry.ZeroPubkey.selector);
        coordinator.registerOperator(BOTH, "", params, signature);
        join(operator, BOTH);
        other.secret = operator.secret;
        other.g1 = operator.g1;
        _expectJoinRevert(
            other,
            BOTH,
            abi.encodeWithSelector(IBLSApkRegistry.PubkeyTaken.selector, operator.id, operator.account)
        );
    }

    function test_Register_NeedsTheOperatorsConsent() public {
        TestOperator memory operator = _ready(1, 5 ether, 5 ether);
        TestOperator memory other = _ready(2, 5 ether, 5 ether);
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(operator);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(other);
        vm.prank(operator.account);
        vm.expectRevert();
        coordinator.registerOperator(BOTH, "", params, signature);
        assertTrue(
            directory.avsOperatorStatus(address(manager), operator.account)
                == IAVSDirectory.OperatorAVSRegistrationStatus.UNREGISTERED,
            "not in the directory"
        );
    }

    function test_Register_RefusesQuorumsThatAreNone() public {
        TestOperator memory operator = _ready(1, 5 ether, 5 ether);
        _expectJoinRevert(operator, "", abi.encodeWithSelector(IRegistryCoordinator.NoQuorums.selector));
        _expectJoinRevert(operator, hex"02", abi.encodeWithSelector(QuorumBits.NoSuchQuorum.selector, 2));
        _expectJoinRevert(operator, hex"0100", abi.encodeWithSelector(QuorumBits.QuorumsNotAscending.selector));
        _expectJoinRevert(operator, hex"0000", abi.encodeWithSelector(QuorumBits.QuorumsNotAscending.selector));
        _expectJoinRevert(operator, hex"ff", abi.encodeWithSelector(QuorumBits.NoSuchQuorum.selector, 255));
    }

    function test_Register_FullQuorum() public {
        for (uint256 i = 1; i <= 3; i++) {
            joinedOperator(i, 5 ether, 5 ether, BOTH);
        }
        TestOperator memory fourth = _ready(4, 5 ether, 5 ether);
        _expectJoinRevert(fourth, BOTH, abi.encodeWithSelector(IRegistryCoordinator.QuorumFull.selector, 0, 3));
    }

    // --- leaving ---

    function test_Deregister_OneQuorumThenAll() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        vm.roll(block.number + 1);
        depart(operator, hex"00");
        _assertInCore(operator, 0, false);
        _assertInCore(operator, 1, true);
        assertEq(stakes.getCurrentTotalStake(0), 0, "no stake left");
        assertTrue(
            coordinator.getOperatorStatus(operator.account) == IRegistryCoordinator.OperatorStatus.REGISTERED,
            "still registered"
        );
        vm.expectEmit();
        emit IRegistryCoordinator.OperatorDeregistered(operator.account, operator.id);
        depart(operator, hex"01");
        _assertInCore(operator, 1, false);
        vm.prank(operator.account);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistryCoordinator.OperatorNotRegistered.selector, operator.account)
        );
        coordinator.deregisterOperator(hex"01");
        // Comes back with its old key and a new signature.
        join(operator, BOTH);
        _assertInCore(operator, 0, true);
    }

    function test_Deregister_OnlyOnesQuorums() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, hex"00");
        vm.prank(operator.account);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistryCoordinator.OperatorNotInQuorum.selector, operator.account, 2)
        );
        coordinator.deregisterOperator(BOTH);
    }

    // --- by the core's own calls ---

    function test_Core_JoiningSetsJoinsQuorums() public {
        TestOperator memory operator = _ready(1, 5 ether, 5 ether);
        uint32[] memory ids = new uint32[](2);
        ids[1] = 1;
        bytes memory data = abi.encode("http://here", registrationParams(operator), avsSignature(operator));
        vm.prank(operator.account);
        allocations.registerForOperatorSets(
            operator.account, IAllocationManager.RegisterParams(address(manager), ids, data)
        );
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 3, "quorums");
        assertEq(stakes.getCurrentStake(operator.id, 1), 5 ether, "weight");
        _assertInCore(operator, 0, true);
    }

    function test_Core_JoiningSetsIsRefusedAsRegistrationIs() public {
        TestOperator memory poor = _ready(1, 0.5 ether, 5 ether);
        uint32[] memory ids = new uint32[](1);
        bytes memory data = abi.encode("", registrationParams(poor), avsSignature(poor));
        vm.prank(poor.account);
        vm.expectRevert();
        allocations.registerForOperatorSets(
            poor.account, IAllocationManager.RegisterParams(address(manager), ids, data)
        );
        _assertInCore(poor, 0, false);
    }

    function test_Core_LeavingSetsLeavesQuorums() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        uint32[] memory ids = new uint32[](2);
        ids[0] = 1;
        _leaveSets(operator, ids);
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 0, "quorums");
        assertEq(stakes.getCurrentTotalStake(0), 0, "stake");
        assertEq(indices.totalOperatorsForQuorum(1), 0, "list");
        assertTrue(
            directory.avsOperatorStatus(address(manager), operator.account)
                == IAVSDirectory.OperatorAVSRegistrationStatus.UNREGISTERED,
            "directory"
        );
    }

    function test_Core_OneWhoLeftUnheardIsPutOutByAnUpdate() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        // Somebody else's registrar for a moment: the coordinator hears nothing.
        vm.prank(address(manager));
        allocations.setAVSRegistrar(address(manager), IAVSRegistrar(address(tasks)));
        _leaveSets(operator, new uint32[](1));
        assertEq(stakes.getCurrentStake(operator.id, 0), 5 ether, "still counted");
        _update(operator.account);
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 2, "put out");
        assertEq(stakes.getCurrentTotalStake(0), 0, "counted no more");
    }

    function test_Core_OnlyItMayTell() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        vm.expectRevert(IRegistryCoordinator.OnlyAllocationManager.selector);
        coordinator.deregisterOperator(operator.account, new uint32[](1));
        vm.expectRevert(IRegistryCoordinator.OnlyAllocationManager.selector);
        coordinator.registerOperator(operator.account, new uint32[](1), "");
    }

    // --- churn ---

    function test_Churn_ReplacesTheNamedOperator() public {
        (TestOperator memory weak, TestOperator memory strong) = _fullQuorum(1.2 ether, 5 ether);
        _churn(strong, weak, 1, block.timestamp);
        _assertInCore(weak, 0, false);
        _assertInCore(strong, 0, true);
        assertEq(indices.totalOperatorsForQuorum(0), 3, "still full");
        vm.expectRevert(IRegistryCoordinator.ChurnApproverSaltUsed.selector);
        this.churnAgain(strong, weak, 1);
    }

    function test_Churn_OnlyWhoIsWeakEnough() public {
        (TestOperator memory weak, TestOperator memory strong) = _fullQuorum(4.6 ether, 5 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistryCoordinator.InsufficientStakeForChurn.selector, 5 ether, 5.06 ether)
        );
        this.churnAgain(strong, weak, 2);
    }

    function test_Churn_NotWhoHoldsMuchOfTheTotal() public {
        // 5,000 of 10,000: half of all stake.
        TestOperator memory big = joinedOperator(1, 20 ether, 0, hex"00");
        joinedOperator(2, 2 ether, 0, hex"00");
        joinedOperator(3, 2 ether, 0, hex"00");
        IRegistryCoordinator.OperatorSetParam memory params = IRegistryCoordinator.OperatorSetParam(3, 11_000, 1_000);
        coordinator.setOperatorSetParams(0, params);
        TestOperator memory newcomer = _ready(4, 30 ether, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistryCoordinator.OperatorTooStrongToChurn.selector, 20 ether, 5.4 ether)
        );
        this.churnAgain(newcomer, big, 3);
    }

    function test_Churn_NeedsTheApproversSignature() public {
        (TestOperator memory weak, TestOperator memory strong) = _fullQuorum(1.2 ether, 5 ether);
        IRegistryCoordinator.OperatorKickParam[] memory kicks = _kicks(weak.account);
        bytes32 digest = coordinator.calculateOperatorChurnApprovalDigestHash(
            strong.account, strong.id, kicks, bytes32(uint256(9)), block.timestamp
        );
        ISignatureUtils.SignatureWithSaltAndExpiry memory approval = ISignatureUtils.SignatureWithSaltAndExpiry(
            ecdsa(strong.ecdsaKey, digest), bytes32(uint256(9)), block.timestamp
        );
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(strong);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(strong);
        vm.prank(strong.account);
        vm.expectRevert(IRegistryCoordinator.InvalidChurnApproverSignature.selector);
        coordinator.registerOperatorWithChurn(hex"00", "", params, kicks, approval, signature);
        // Right, but too late; and for another operator to put out.
        approval.signature = ecdsa(APPROVER_KEY, digest);
        vm.warp(block.timestamp + 1);
        vm.prank(strong.account);
        vm.expectRevert(IRegistryCoordinator.ChurnApproverSignatureExpired.selector);
        coordinator.registerOperatorWithChurn(hex"00", "", params, kicks, approval, signature);
        vm.warp(block.timestamp - 1);
        kicks[0].operator = address(0xbad);
        vm.prank(strong.account);
        vm.expectRevert(IRegistryCoordinator.InvalidChurnApproverSignature.selector);
        coordinator.registerOperatorWithChurn(hex"00", "", params, kicks, approval, signature);
    }

    // --- ejection ---

    function test_Eject_AndCooldown() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        coordinator.setEjectionCooldown(1 hours);
        vm.expectRevert(IRegistryCoordinator.OnlyEjector.selector);
        coordinator.ejectOperator(operator.account, BOTH);
        vm.prank(EJECTOR);
        coordinator.ejectOperator(operator.account, hex"00");
        _assertInCore(operator, 0, false);
        _assertInCore(operator, 1, true);
        uint256 end = block.timestamp + 1 hours;
        _expectJoinRevert(
            operator, hex"00", abi.encodeWithSelector(IRegistryCoordinator.EjectionCooldown.selector, end)
        );
        vm.warp(end);
        _expectJoinRevert(
            operator, hex"00", abi.encodeWithSelector(IRegistryCoordinator.EjectionCooldown.selector, end)
        );
        vm.warp(end + 1);
        join(operator, hex"00");
        // Not in both: nothing but the clock.
        depart(operator, hex"00");
        vm.prank(EJECTOR);
        coordinator.ejectOperator(operator.account, BOTH);
        _assertInCore(operator, 1, true);
    }

    // --- updates ---

    function test_Update_FollowsStakeAndPutsOutWhoHasTooLittle() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        vm.roll(block.number + 1);
        delegateFrom(address(0xA11CE), operator.account, 3 ether, 0);
        assertEq(stakes.getCurrentStake(operator.id, 0), 5 ether, "before an update");
        _update(operator.account);
        assertEq(stakes.getCurrentStake(operator.id, 0), 8 ether, "after it");
        vm.prank(address(0xA11CE));
        delegation.undelegate(address(0xA11CE));
        // What is deallocated counts no more as soon as it can end within the look-ahead.
        allocate(operator.account, 0, ETH, 0.1e18);
        _update(operator.account);
        assertEq(stakes.getCurrentStake(operator.id, 0), 5 ether, "slashable for longer than the look-ahead");
        vm.roll(block.number + DEALLOCATION_DELAY + 1 - LOOK_AHEAD);
        _update(operator.account);
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 2, "below the minimum, out");
        _assertInCore(operator, 0, false);
        _assertInCore(operator, 1, true);
    }

    function test_UpdateQuorum_NeedsAllOperatorsInOrder() public {
        TestOperator memory a = joinedOperator(1, 5 ether, 5 ether, hex"00");
        TestOperator memory b = joinedOperator(2, 5 ether, 5 ether, hex"00");
        if (a.account > b.account) (a, b) = (b, a);
        address[][] memory lists = new address[][](1);
        lists[0] = new address[](1);
        lists[0][0] = a.account;
        vm.expectRevert(abi.encodeWithSelector(IRegistryCoordinator.MustUpdateWholeQuorum.selector, 0, 2));
        coordinator.updateOperatorsForQuorum(lists, hex"00");
        lists[0] = new address[](2);
        (lists[0][0], lists[0][1]) = (b.account, a.account);
        vm.expectRevert(IRegistryCoordinator.OperatorsNotAscending.selector);
        coordinator.updateOperatorsForQuorum(lists, hex"00");
        (lists[0][0], lists[0][1]) = (a.account, a.account);
        vm.expectRevert(IRegistryCoordinator.OperatorsNotAscending.selector);
        coordinator.updateOperatorsForQuorum(lists, hex"00");
        lists[0][1] = address(type(uint160).max);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistryCoordinator.OperatorNotInQuorum.selector, lists[0][1], 1)
        );
        coordinator.updateOperatorsForQuorum(lists, hex"00");
        lists[0][1] = b.account;
        vm.expectRevert(IRegistryCoordinator.InputLengthMismatch.selector);
        coordinator.updateOperatorsForQuorum(lists, BOTH);
        coordinator.updateOperatorsForQuorum(lists, hex"00");
        assertEq(coordinator.quorumUpdateBlockNumber(0), block.number, "noted");
    }

    function test_Socket_OfRegisteredOperators() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, BOTH);
        vm.expectEmit();
        emit ISocketUpdater.OperatorSocketUpdate(operator.id, "moved");
        vm.prank(operator.account);
        coordinator.updateSocket("moved");
        vm.expectRevert(abi.encodeWithSelector(IRegistryCoordinator.OperatorNotRegistered.selector, address(this)));
        coordinator.updateSocket("nowhere");
    }

    // --- pausing and roles ---

    function test_Pause_StopsEachPart() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, hex"00");
        address[] memory accounts = new address[](1);
        accounts[0] = operator.account;
        coordinator.pause(1);
        _expectJoinRevert(operator, hex"01", abi.encodeWithSelector(IPausable.CurrentlyPaused.selector));
        coordinator.updateOperators(accounts);
        coordinator.pause(1 | 4);
        vm.expectRevert(IPausable.CurrentlyPaused.selector);
        coordinator.updateOperators(accounts);
        coordinator.pauseAll();
        vm.prank(operator.account);
        vm.expectRevert(IPausable.CurrentlyPaused.selector);
        coordinator.deregisterOperator(hex"00");
        // The core lets it go, and the quorum follows.
        _leaveSets(operator, new uint32[](1));
        assertEq(uint256(coordinator.getCurrentQuorumBitmap(operator.id)), 0, "gone");
        vm.expectRevert(IPausable.InvalidNewPausedStatus.selector);
        coordinator.pause(0);
        vm.prank(operator.account);
        vm.expectRevert(IPausable.OnlyUnpauser.selector);
        coordinator.unpause(0);
        vm.prank(operator.account);
        vm.expectRevert(IPausable.OnlyPauser.selector);
        coordinator.pauseAll();
        coordinator.unpause(0);
        join(operator, BOTH);
    }

    function test_Slash_IsTheTaskManagersAlone() public {
        vm.expectRevert();
        manager.slash(address(1), 0, 1, "");
        vm.expectRevert(IServiceManager.OnlyRegistryCoordinator.selector);
        manager.registerOperatorToOperatorSets(address(1), new uint32[](1));
        vm.expectRevert(IServiceManager.OnlyRegistryCoordinator.selector);
        manager.deregisterOperatorFromAVS(address(1));
        vm.expectRevert(IServiceManager.OnlyStakeRegistry.selector);
        manager.removeStrategiesFromOperatorSet(0, new IStrategy[](1));
    }

    function test_Quorums_AreCreatedByTheOwnerAndInTheCore() public {
        IStakeRegistry.StrategyParams[] memory params = new IStakeRegistry.StrategyParams[](2);
        params[0] = IStakeRegistry.StrategyParams(ETH, 1e18);
        params[1] = IStakeRegistry.StrategyParams(strategy, 0.5e18);
        IRegistryCoordinator.OperatorSetParam memory setParams = IRegistryCoordinator.OperatorSetParam(9, 11_000, 100);
        vm.prank(address(0xbad));
        vm.expectRevert();
        coordinator.createQuorum(setParams, 1, params);
        coordinator.createQuorum(setParams, 1, params);
        coordinator.createSlashableStakeQuorum(setParams, 1, params, 7);
        assertEq(coordinator.quorumCount(), 4, "quorums");
        assertTrue(stakes.stakeTypePerQuorum(2) == StakeType.TOTAL_DELEGATED, "counts what is delegated");
        assertEq(stakes.slashableStakeLookAheadPerQuorum(3), 7, "look-ahead");
        assertEq(
            allocations.getStrategiesInOperatorSet(OperatorSet(address(manager), 3)).length, 2, "set in the core"
        );
        assertEq(coordinator.getOperatorSetParams(2).maxOperatorCount, 9, "limit");
    }

    // --- helpers ---

    /// For calls that are expected to revert, whose signatures are made before.
    function churnAgain(TestOperator memory newcomer, TestOperator memory kicked, uint256 salt) external {
        _churn(newcomer, kicked, salt, block.timestamp);
    }

    function _ready(uint256 number, uint256 eth, uint256 tokens) private returns (TestOperator memory operator) {
        operator = newOperator(number);
        registerCoreOperator(operator.account, eth, tokens);
        allocate(operator.account, 0, ETH, 1e18);
        allocate(operator.account, 1, strategy, 1e18);
    }

    function _expectJoinRevert(TestOperator memory operator, bytes memory quorums, bytes memory reason) private {
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(operator);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(operator);
        vm.prank(operator.account);
        vm.expectRevert(reason);
        coordinator.registerOperator(quorums, "", params, signature);
    }

    function _assertInCore(TestOperator memory operator, uint32 set, bool isIn) private view {
        assertTrue(
            allocations.isMemberOfOperatorSet(operator.account, OperatorSet(address(manager), set)) == isIn, "core"
        );
        assertTrue(indexInUse(uint8(set), operator) == isIn, "bitmap");
    }

    function _leaveSets(TestOperator memory operator, uint32[] memory ids) private {
        vm.prank(operator.account);
        allocations.deregisterFromOperatorSets(
            IAllocationManager.DeregisterParams(operator.account, address(manager), ids)
        );
    }

    function _update(address operator) private {
        address[] memory accounts = new address[](1);
        accounts[0] = operator;
        coordinator.updateOperators(accounts);
    }

    /// Quorum 0 full with `weak` and two others of 5 ETH; `strong` would like to come in.
    function _fullQuorum(uint256 weakStake, uint256 strongStake)
        private
        returns (TestOperator memory weak, TestOperator memory strong)
    {
        weak = joinedOperator(1, weakStake, 0, hex"00");
        joinedOperator(2, 5 ether, 0, hex"00");
        joinedOperator(3, 5 ether, 0, hex"00");
        strong = _ready(4, strongStake, 0);
    }

    function _kicks(address operator) private pure returns (IRegistryCoordinator.OperatorKickParam[] memory kicks) {
        kicks = new IRegistryCoordinator.OperatorKickParam[](1);
        kicks[0].operator = operator;
    }

    function _churn(TestOperator memory newcomer, TestOperator memory kicked, uint256 salt, uint256 expiry) private {
        IRegistryCoordinator.OperatorKickParam[] memory kicks = _kicks(kicked.account);
        bytes32 digest = coordinator.calculateOperatorChurnApprovalDigestHash(
            newcomer.account, newcomer.id, kicks, bytes32(salt), expiry
        );
        ISignatureUtils.SignatureWithSaltAndExpiry memory approval =
            ISignatureUtils.SignatureWithSaltAndExpiry(ecdsa(APPROVER_KEY, digest), bytes32(salt), expiry);
        IBLSApkRegistry.PubkeyRegistrationParams memory params = registrationParams(newcomer);
        ISignatureUtils.SignatureWithSaltAndExpiry memory signature = avsSignature(newcomer);
        vm.prank(newcomer.account);
        coordinator.registerOperatorWithChurn(hex"00", "", params, kicks, approval, signature);
    }
}

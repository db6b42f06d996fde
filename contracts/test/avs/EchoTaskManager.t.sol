// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../../src/avs/IBLSSignatureChecker.sol";
import {ISlashingJudge} from "../../src/avs/SlashingJudge.sol";
import {IEchoTaskManager} from "../../src/avs/echo/IEchoTaskManager.sol";
import {BN254} from "../../src/avs/lib/BN254.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";
import {G2} from "./support/G2.sol";

contract EchoTaskManagerTest is AvsFixture {
    using BN254 for BN254.G1Point;

    address private constant ALICE = address(0xA11CE);
    TestOperator[] private _operators;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 1; i <= 4; i++) {
            _operators.push(joinedOperator(i, 32 ether, 100 ether, hex"0001"));
        }
        delegateFrom(ALICE, _operators[0].account, 10 ether, 0);
        address[] memory accounts = new address[](1);
        accounts[0] = _operators[0].account;
        coordinator.updateOperators(accounts);
        vm.roll(block.number + 1);
    }

    function test_Respond_WithThreeOfFour() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory response = IEchoTaskManager.TaskResponse(0, keccak256("hello"));
        vm.roll(block.number + 1);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(task, response, one(_operators[3]));
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = _operators[3].id;
        vm.expectEmit();
        emit IEchoTaskManager.TaskResponded(
            response,
            IEchoTaskManager.TaskResponseMetadata(
                uint32(block.number), keccak256(abi.encodePacked(task.taskCreatedBlock, ids))
            )
        );
        tasks.respondToTask(task, response, params);
        assertTrue(tasks.allTaskResponses(0) != 0, "stored");

        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.TaskRespondedAlready.selector, 0));
        tasks.respondToTask(task, response, params);
    }

    function test_Respond_TwoOfFourAreTooFew() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"01");
        IEchoTaskManager.TaskResponse memory response = IEchoTaskManager.TaskResponse(0, keccak256("hello"));
        vm.roll(block.number + 1);
        TestOperator[] memory absent = new TestOperator[](2);
        absent[0] = _operators[1];
        absent[1] = _operators[2];
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(task, response, absent);
        vm.expectRevert(
            abi.encodeWithSelector(IEchoTaskManager.ThresholdNotReached.selector, 1, 200 ether, 400 ether)
        );
        tasks.respondToTask(task, response, params);
    }

    function test_Respond_EveryQuorumMustReachItsThreshold() public {
        // Without operator 0, who has 42 of 138 ETH; the others have three quarters of the token.
        IEchoTaskManager.Task memory task = _newTaskAt("hello", hex"0001", 75);
        IEchoTaskManager.TaskResponse memory response = IEchoTaskManager.TaskResponse(0, keccak256("hello"));
        vm.roll(block.number + 1);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(task, response, one(_operators[0]));
        vm.expectRevert(
            abi.encodeWithSelector(IEchoTaskManager.ThresholdNotReached.selector, 0, 96 ether, 138 ether)
        );
        tasks.respondToTask(task, response, params);
    }

    function test_Respond_RefusesWhatIsNotTheAnswerToTheTask() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory right = IEchoTaskManager.TaskResponse(0, keccak256("hello"));
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, keccak256("bye"));
        vm.roll(block.number + 1);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(task, wrong, empty());
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.WrongEcho.selector, right.echo, wrong.echo));
        tasks.respondToTask(task, wrong, params);

        params = _certificate(task, wrong, empty());
        vm.expectRevert(IBLSSignatureChecker.InvalidAggregateSignature.selector);
        tasks.respondToTask(task, right, params);

        params = _certificate(task, right, empty());
        task.quorumThresholdPercentage = 1;
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.UnknownTask.selector, 0));
        tasks.respondToTask(task, right, params);
        task.quorumThresholdPercentage = 67;

        uint32 last = task.taskCreatedBlock + tasks.TASK_RESPONSE_WINDOW_BLOCK();
        vm.roll(last + 1);
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.ResponseTooLate.selector, last));
        tasks.respondToTask(task, right, params);
        vm.roll(last);
        tasks.respondToTask(task, right, params);
    }

    function test_Respond_NotInTheBlockOfTheTask() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory response = IEchoTaskManager.TaskResponse(0, keccak256("hello"));
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(task, response, empty());
        vm.expectRevert(IBLSSignatureChecker.InvalidReferenceBlock.selector);
        tasks.respondToTask(task, response, params);
    }

    function test_Create_ChecksItsArguments() public {
        vm.expectRevert(IEchoTaskManager.OnlyTaskGenerator.selector);
        tasks.createNewTask("x", 67, hex"00");
        vm.startPrank(GENERATOR);
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.PayloadTooLarge.selector, 1_025));
        tasks.createNewTask(new bytes(1_025), 67, hex"00");
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.InvalidThreshold.selector, 0));
        tasks.createNewTask("x", 0, hex"00");
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.InvalidThreshold.selector, 101));
        tasks.createNewTask("x", 101, hex"00");
        vm.expectRevert(IBLSSignatureChecker.EmptyQuorums.selector);
        tasks.createNewTask("x", 67, "");
        vm.expectRevert();
        tasks.createNewTask("x", 67, hex"02");
        tasks.createNewTask(new bytes(1_024), 100, hex"01");
        vm.stopPrank();
        assertEq(tasks.latestTaskNum(), 1, "one task");
    }

    function test_Generator_IsNamedByTheOwner() public {
        vm.prank(ALICE);
        vm.expectRevert(IBLSSignatureChecker.OnlyCoordinatorOwner.selector);
        tasks.setTaskGenerator(ALICE);
        tasks.setTaskGenerator(ALICE);
        vm.prank(ALICE);
        tasks.createNewTask("x", 67, hex"00");
    }

    // --- slashing ---

    function test_Slash_WrongSignerAndItsDelegators() public {
        TestOperator memory liar = _operators[0];
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, keccak256("bye"));
        assertEq(_withdrawable(ALICE, ETH), 10 ether, "before");
        vm.roll(block.number + 5);

        vm.expectEmit();
        emit IEchoTaskManager.WrongSignerSlashed(0, liar.account, wrong.echo, 0.1e18);
        _slash(task, wrong, liar, liar);
        assertEq(_withdrawable(ALICE, ETH), 9 ether, "a tenth of the delegator's ETH");
        assertEq(_withdrawable(liar.account, ETH), 28.8 ether, "and of the operator's own");
        assertEq(stakes.getCurrentStake(liar.id, 0), 37.8 ether, "weight in quorum 0");
        assertEq(stakes.getCurrentStake(liar.id, 1), 90 ether, "weight in quorum 1");
        assertEq(stakes.getCurrentTotalStake(0), 133.8 ether, "total of quorum 0");
        assertEq(_withdrawable(_operators[1].account, ETH), 32 ether, "nobody else");

        bytes memory again = abi.encodeWithSelector(IEchoTaskManager.SlashedAlready.selector, 0, liar.account);
        BN254.G1Point memory signature = _sign(liar, wrong);
        BN254.G2Point memory g2 = G2.mul(liar.secret);
        vm.expectRevert(again);
        tasks.slashWrongSigner(task, wrong, liar.account, liar.g1, g2, signature);
    }

    function test_Slash_OnlyQuorumsThatTheOperatorServed() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"01");
        vm.roll(block.number + 1);
        _slash(task, IEchoTaskManager.TaskResponse(0, 0), _operators[0], _operators[0]);
        assertEq(_withdrawable(ALICE, ETH), 10 ether, "ETH counts in quorum 0, which has no part in the task");
        assertEq(stakes.getCurrentStake(_operators[0].id, 1), 90 ether, "the token does in quorum 1");
    }

    function test_Slash_ReachesWhoLeftSinceButNotForEver() public {
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        vm.roll(block.number + 1);
        depart(_operators[0], hex"0001");
        depart(_operators[1], hex"0001");
        vm.roll(block.number + DEALLOCATION_DELAY);
        _slash(task, IEchoTaskManager.TaskResponse(0, 0), _operators[0], _operators[0]);
        assertEq(_withdrawable(ALICE, ETH), 9 ether, "slashed after leaving");
        vm.roll(block.number + 1);
        TestOperator memory gone = _operators[1];
        _expectSlashRevert(
            task, gone, gone, abi.encodeWithSelector(ISlashingJudge.NothingToSlash.selector, gone.account)
        );
    }

    function test_Slash_NeedsTheOperatorsOwnSignatureOverAWrongAnswer() public {
        TestOperator memory victim = _operators[0];
        TestOperator memory other = _operators[1];
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        vm.roll(block.number + 1);
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, 0);
        IEchoTaskManager.TaskResponse memory right = IEchoTaskManager.TaskResponse(0, keccak256("hello"));

        BN254.G2Point memory g2 = G2.mul(victim.secret);
        BN254.G1Point memory signature = _sign(victim, right);
        vm.expectRevert(abi.encodeWithSelector(IEchoTaskManager.ResponseIsRight.selector, 0));
        tasks.slashWrongSigner(task, right, victim.account, victim.g1, g2, signature);
        // A signature over the right answer proves nothing about another one.
        vm.expectRevert(abi.encodeWithSelector(ISlashingJudge.SignatureIsNotOperators.selector, victim.account));
        tasks.slashWrongSigner(task, wrong, victim.account, victim.g1, g2, signature);
        // Somebody else's key, somebody else's signature, a foreign key in the second group.
        _expectSlashRevert(
            task, victim, other, abi.encodeWithSelector(ISlashingJudge.PubkeyIsNotOperators.selector, victim.account)
        );
        BN254.G1Point memory foreign = _sign(other, wrong);
        vm.expectRevert(abi.encodeWithSelector(ISlashingJudge.SignatureIsNotOperators.selector, victim.account));
        tasks.slashWrongSigner(task, wrong, victim.account, victim.g1, g2, foreign);
        BN254.G2Point memory foreignG2 = G2.mul(other.secret);
        vm.expectRevert(abi.encodeWithSelector(ISlashingJudge.SignatureIsNotOperators.selector, victim.account));
        tasks.slashWrongSigner(task, wrong, victim.account, victim.g1, foreignG2, foreign);
        // No point of the curve at all.
        vm.expectRevert(abi.encodeWithSelector(ISlashingJudge.SignatureIsNotOperators.selector, victim.account));
        tasks.slashWrongSigner(task, wrong, victim.account, victim.g1, BN254.G2Point([uint256(1), 2], [uint256(3), 4]), foreign);
        assertEq(_withdrawable(ALICE, ETH), 10 ether, "nobody lost anything");
    }

    function test_Slash_CallersWhoSendLittleGasCannotTurnAwayAProof() public {
        TestOperator memory liar = _operators[0];
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, 0);
        vm.roll(block.number + 1);
        BN254.G2Point memory g2 = G2.mul(liar.secret);
        BN254.G1Point memory signature = _sign(liar, wrong);
        bytes memory call =
            abi.encodeCall(tasks.slashWrongSigner, (task, wrong, liar.account, liar.g1, g2, signature));
        for (uint256 gasLimit = 60_000; gasLimit <= 360_000; gasLimit += 15_000) {
            (bool success, bytes memory reason) = address(tasks).call{gas: gasLimit}(call);
            assertTrue(!success, "too little");
            assertTrue(
                reason.length == 0 || bytes4(reason) != ISlashingJudge.SignatureIsNotOperators.selector,
                "never the wrong verdict"
            );
        }
    }

    /// Nodes estimate the least gas with which a call succeeds: with that, too, the stake must be what is left.
    function test_Slash_SucceedsOnlyWithGasForTheRefreshOfTheStake() public {
        TestOperator memory liar = _operators[0];
        IEchoTaskManager.Task memory task = _newTask("hello", hex"0001");
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, 0);
        vm.roll(block.number + 1);
        bytes memory call = abi.encodeCall(
            tasks.slashWrongSigner, (task, wrong, liar.account, liar.g1, G2.mul(liar.secret), _sign(liar, wrong))
        );
        uint256 successes;
        for (uint256 gasLimit = 360_000; gasLimit <= 1_400_000; gasLimit += 10_000) {
            uint256 snapshot = vm.snapshotState();
            (bool success,) = address(tasks).call{gas: gasLimit}(call);
            if (success) {
                successes++;
                assertEq(stakes.getCurrentStake(liar.id, 0), 37.8 ether, "the stake is fresh");
            }
            vm.revertToState(snapshot);
        }
        assertTrue(successes > 0, "enough at the end");
    }

    function _newTask(bytes memory payload, bytes memory quorums) private returns (IEchoTaskManager.Task memory) {
        return _newTaskAt(payload, quorums, 67);
    }

    function _newTaskAt(bytes memory payload, bytes memory quorums, uint32 percentage)
        private
        returns (IEchoTaskManager.Task memory task)
    {
        task = IEchoTaskManager.Task(payload, uint32(block.number), quorums, percentage);
        vm.expectEmit();
        emit IEchoTaskManager.NewTaskCreated(tasks.latestTaskNum(), task);
        vm.prank(GENERATOR);
        tasks.createNewTask(payload, percentage, quorums);
    }

    function _certificate(
        IEchoTaskManager.Task memory task,
        IEchoTaskManager.TaskResponse memory response,
        TestOperator[] memory absent
    ) private view returns (IBLSSignatureChecker.NonSignerStakesAndSignature memory) {
        return certificate(
            tasks.responseDigest(response), task.quorumNumbers, task.taskCreatedBlock, _operators, absent
        );
    }

    function _sign(TestOperator memory operator, IEchoTaskManager.TaskResponse memory response)
        private
        view
        returns (BN254.G1Point memory)
    {
        return BN254.hashToG1(tasks.responseDigest(response)).scalar_mul(operator.secret);
    }

    /// With a signature and key of `signer`, against `accused`.
    function _slash(
        IEchoTaskManager.Task memory task,
        IEchoTaskManager.TaskResponse memory wrong,
        TestOperator memory accused,
        TestOperator memory signer
    ) private {
        tasks.slashWrongSigner(task, wrong, accused.account, signer.g1, G2.mul(signer.secret), _sign(signer, wrong));
    }

    function _expectSlashRevert(
        IEchoTaskManager.Task memory task,
        TestOperator memory accused,
        TestOperator memory signer,
        bytes memory reason
    ) private {
        IEchoTaskManager.TaskResponse memory wrong = IEchoTaskManager.TaskResponse(0, 0);
        BN254.G2Point memory g2 = G2.mul(signer.secret);
        BN254.G1Point memory signature = _sign(signer, wrong);
        vm.expectRevert(reason);
        tasks.slashWrongSigner(task, wrong, accused.account, signer.g1, g2, signature);
    }
}

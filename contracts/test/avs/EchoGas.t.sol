// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../../src/avs/IBLSSignatureChecker.sol";
import {IEchoTaskManager} from "../../src/avs/echo/IEchoTaskManager.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";

/// Gas of an answer in one quorum by the numbers of operators and of non-signers, without calldata: snapshots/echo.json.
contract EchoGasTest is AvsFixture {
    function test_Gas_FourOperators() public {
        _measure(4, 0, "of4without0");
        _measureAgain(1, "of4without1");
    }

    function test_Gas_FiftyOperators() public {
        _measure(50, 0, "of50without0");
        _measureAgain(1, "of50without1");
        _measureAgain(10, "of50without10");
    }

    function test_Gas_TwoHundredOperators() public {
        _measure(200, 0, "of200without0");
        _measureAgain(1, "of200without1");
        _measureAgain(10, "of200without10");
    }

    TestOperator[] private _operators;

    function _measure(uint256 count, uint256 absent, string memory name) private {
        for (uint256 i = 1; i <= count; i++) {
            _operators.push(joinedOperator(i, 32 ether, 0, hex"00"));
        }
        _measureAgain(absent, name);
    }

    function _measureAgain(uint256 absent, string memory name) private {
        uint32 index = tasks.latestTaskNum();
        IEchoTaskManager.Task memory task = IEchoTaskManager.Task("hello", uint32(block.number), hex"00", 67);
        vm.prank(GENERATOR);
        tasks.createNewTask("hello", 67, hex"00");
        vm.roll(block.number + 1);
        TestOperator[] memory missing = new TestOperator[](absent);
        for (uint256 i = 0; i < absent; i++) {
            missing[i] = _operators[i];
        }
        IEchoTaskManager.TaskResponse memory response = IEchoTaskManager.TaskResponse(index, keccak256("hello"));
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params =
            certificate(tasks.responseDigest(response), hex"00", task.taskCreatedBlock, _operators, missing);
        uint256 before = gasleft();
        tasks.respondToTask(task, response, params);
        vm.snapshotValue("echo", name, before - gasleft());
        assertTrue(tasks.allTaskResponses(index) != 0, "answered");
    }
}

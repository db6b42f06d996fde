// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env} from "../../src/dispute/MachineState.sol";
import {BlockRules} from "../../src/dispute/lib/BlockRules.sol";
import {Output} from "../../src/rollup/IRollup.sol";
import {Test} from "../support/Test.sol";

contract BlockRulesTest is Test {
    function baseFee(Env calldata env, BlockRules.Parent calldata parent)
        external
        pure
        returns (bool exists, uint256 fee)
    {
        return BlockRules.baseFee(env, parent);
    }

    function _env(uint256 least, bool isGasless) private pure returns (Env memory env) {
        env.minBaseFee = least;
        env.gasless = isGasless ? 1 : 0;
    }

    function testFuzz_baseFeeMovesByAnEighthAtMost(uint256 fee, uint256 used, uint256 limit, uint256 least)
        public
        view
    {
        fee = bound(fee, 0, type(uint128).max);
        least = bound(least, 0, fee);
        limit = bound(limit, 1_000_000, (1 << 63) - 1);
        used = bound(used, 0, limit);
        (bool exists, uint256 next) = this.baseFee(_env(least, false), BlockRules.Parent(1, 1, limit, used, fee));
        assertEq(exists ? 1 : 0, 1, "exists");
        assertEq(next >= least ? 1 : 0, 1, "least");
        _isNear(next, fee, used, limit / 2);
    }

    function _isNear(uint256 next, uint256 fee, uint256 used, uint256 target) private pure {
        bool isNear;
        if (used == target) isNear = next == fee;
        else if (used < target) isNear = next <= fee && next >= fee - fee / 8;
        // An odd limit lets a block take one unit more than twice its target.
        else isNear = next > fee && next <= fee + fee / 4 + 1;
        assertEq(isNear ? 1 : 0, 1, "near");
    }

    function testFuzz_noFeeWithoutGas(BlockRules.Parent memory parent) public view {
        (bool exists, uint256 fee) = this.baseFee(_env(7, true), parent);
        assertEq(exists ? 1 : 0, 1, "exists");
        assertEq(fee, 0, "fee");
    }

    /// Whatever a header says, there is an answer.
    function testFuzz_anyParentHasAnAnswer(uint256 fee, uint64 used, uint64 limit) public view {
        (bool exists, uint256 next) = this.baseFee(_env(1, false), BlockRules.Parent(1, 1, limit, used, fee));
        bool isTarget = used == limit >> 1;
        bool hasFee = isTarget || (limit > 1 && fee <= type(uint128).max);
        assertEq(exists ? 1 : 0, hasFee ? 1 : 0, "exists");
        if (exists) assertEq(next > 0 ? 1 : 0, 1, "least");
    }

    /// The same as rollups have it.
    function testFuzz_outputRoot(Output memory output) public pure {
        BlockRules.Output memory own;
        (own.stateRoot, own.blockHash, own.inboxPosition) = (output.stateRoot, output.blockHash, output.inboxPosition);
        (own.inboxAccumulator, own.originNumber) = (output.inboxAccumulator, output.l1OriginNumber);
        (own.originHash, own.historyRoot) = (output.l1OriginHash, output.historyRoot);
        bytes32 expected = keccak256(abi.encode(uint256(1), output));
        assertEq(BlockRules.outputRoot(own, output.outboxRoot), expected, "root");
    }
}

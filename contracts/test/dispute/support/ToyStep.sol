// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../../../src/dispute/IStep.sol";
import {Env} from "../../../src/dispute/MachineState.sol";

/// A machine whose steps the test lays down: which state follows upon which.
contract ToyStep is IStep {
    mapping(bytes32 pre => bytes32) public next;

    function lay(bytes32 pre, bytes32 post) external {
        next[pre] = post;
    }

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        if (keccak256(witness) != pre || next[pre] == 0) revert WrongState();
        return next[pre];
    }
}

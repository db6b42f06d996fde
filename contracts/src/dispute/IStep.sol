// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env} from "./MachineState.sol";

/// Checks steps of one family. A function of the state: a witness that does not open it reverts, none makes another state of it.
interface IStep {
    /// The witness is not one of this state, or the state is another family's.
    error WrongState();
    /// Somebody must show that code to the registry first.
    error UnknownCode(bytes32 codeHash);
    error NotOfThisFamily(uint256 opcode);

    /// @param pre digest of the state before
    /// @return digest of the state after
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32);
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "./IStep.sol";
import {Env} from "./MachineState.sol";

/// The machine on the L1: what state follows upon a state. One per L1, made of a contract for each family of steps.
interface IOneStepVerifier {
    /// No contract checks steps of that family.
    error NoSuchFamily(uint8 family);
    /// A segment ends with this state: no step leads on from it, but for the first of the next segment.
    error SegmentEnded(uint256 kind);
    /// The state is no end of a segment, or, as the first of one, not the end of the claim: standing still is no step there.
    error MustMove(uint256 kind);
    /// The witness is not the row of words that the digest was made of.
    error WrongPreimage();

    /// @param isFirst whether `pre` is the first state of a segment
    /// @param family place in the list of families (packages/dispute, FAMILIES), or STUTTER: the state stays as it is, and the
    /// witness is its words
    /// @return digest of the state after the step
    function step(Env calldata env, bytes32 pre, bool isFirst, uint8 family, bytes calldata witness)
        external
        view
        returns (bytes32);

    /// Zero where there is none.
    function familyAt(uint8 family) external view returns (IStep);
    function familyCount() external view returns (uint256);
}

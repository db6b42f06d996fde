// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOneStepVerifier} from "./IOneStepVerifier.sol";
import {IStep} from "./IStep.sol";
import {Env} from "./MachineState.sol";
import {Kinds} from "./Words.sol";

/// See IOneStepVerifier. Leads to the contract of a step's family, and keeps segments apart: within one the machine runs until it
/// comes to an end of a segment, and stands still there.
contract OneStepVerifier is IOneStepVerifier {
    /// In place of a family: no step.
    uint8 public constant STUTTER = 255;

    /// Kinds of states with which a segment ends, as bits.
    uint256 private constant BOUNDARIES =
        (1 << Kinds.BETWEEN) | (1 << Kinds.READING) | ENDS;
    /// Those of them with which a claim ends: from there on all segments stand still.
    uint256 private constant ENDS = (1 << Kinds.DONE) | (1 << Kinds.INVALID) | (1 << Kinds.READ);

    IStep[] private _families;

    /// @param families in the order of their numbers; zero for one that is not there
    constructor(IStep[] memory families) {
        _families = families;
    }

    /// @inheritdoc IOneStepVerifier
    function step(Env calldata env, bytes32 pre, bool isFirst, uint8 family, bytes calldata witness)
        external
        view
        returns (bytes32)
    {
        // Every witness begins with the words of the state; that they are those of `pre` is for the family to see.
        if (witness.length < 32) revert WrongPreimage();
        uint256 kind = uint256(bytes32(witness[:32]));
        if (family == STUTTER) {
            if (!_isIn(isFirst ? ENDS : BOUNDARIES, kind)) revert MustMove(kind);
            if (keccak256(witness) != pre) revert WrongPreimage();
            return pre;
        }
        // INVARIANT: one state follows upon each: it either stands still or moves, by what it is and where it stands.
        if (!isFirst && _isIn(BOUNDARIES, kind)) revert SegmentEnded(kind);
        IStep steps = familyAt(family);
        if (address(steps) == address(0)) revert NoSuchFamily(family);
        return steps.step(env, pre, witness);
    }

    /// @inheritdoc IOneStepVerifier
    function familyAt(uint8 family) public view returns (IStep) {
        return family < _families.length ? _families[family] : IStep(address(0));
    }

    /// @inheritdoc IOneStepVerifier
    function familyCount() external view returns (uint256) {
        return _families.length;
    }

    function _isIn(uint256 kinds, uint256 kind) private pure returns (bool) {
        return kind < 256 && (kinds >> kind) & 1 == 1;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../IStep.sol";
import {Env, Frame, Machine, MachineState, Run} from "../MachineState.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {RunStep} from "./RunStep.sol";

/// What all instructions have in common: the state is opened, the instruction fetched, its stack and constant gas are checked.
abstract contract InstructionStep is RunStep {
    using WitnessReader for Witness;
    using MachineState for Run;
    using MachineState for Frame;

    uint256 private constant STACK_LIMIT = 1024;
    uint256 private constant NO_INSTRUCTION = 255;
    uint256 private constant CHUNK = 31;
    uint256 private constant CHUNK_DEPTH = 11;

    /// Four bytes for each opcode: words it takes, words it gives, constant gas. Takes 255 where there is no instruction.
    bytes private constant OPCODES =
        hex"000000000201000302010005020100030201000502010005020100050201000503010008030100080201000a02010005ff000000ff000000ff000000ff000000"
        hex"0201000302010003020100030201000302010003010100030201000302010003020100030101000302010003020100030201000302010003ff000000ff000000"
        hex"0201001eff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"00010002010100000001000200010002000100020101000300010002030000030001000203000003000100020101000004000000000100020300000301010000"
        hex"0101001400010002000100020001000200010002000100020001000200010005000100020101000300010002ff000000ff000000ff000000ff000000ff000000"
        hex"010000020101000302000003020000030101000002000000010000080200000a0001000200010002000100020000000101010064020000640300000300010002"
        hex"00010003000100030001000300010003000100030001000300010003000100030001000300010003000100030001000300010003000100030001000300010003"
        hex"00010003000100030001000300010003000100030001000300010003000100030001000300010003000100030001000300010003000100030001000300010003"
        hex"0102000302030003030400030405000305060003060700030708000308090003090a00030a0b00030b0c00030c0d00030d0e00030e0f00030f10000310110003"
        hex"02020003030300030404000305050003060600030707000308080003090900030a0a00030b0b00030c0c00030d0d00030e0e00030f0f00031010000311110003"
        hex"02000177030002ee04000465050005dc06000753ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000"
        hex"03017d000701000007010000020000000601000004017d00ff000000ff000000ff000000ff00000006010000ff000000ff00000002000000ff00000001001388";

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        _open(m, pre);
        if (m.run.pending != 0) revert WrongState();
        uint256 opcode = _fetch(env, m);
        (uint256 takes, uint256 gives, uint256 gas) = _needs(opcode);
        Frame memory frame = m.frame;
        bool isRefused = takes == NO_INSTRUCTION || frame.stackSize < takes || frame.gas < gas;
        if (isRefused || frame.stackSize - takes + gives > STACK_LIMIT) return _failed(witness);
        frame.gas -= gas;
        frame.pc++;
        if (!_execute(env, m, opcode)) return _failed(witness);
        // It may be another one now.
        m.run.frame = m.frame.hash();
        return m.run.hash();
    }

    /// Executes an instruction whose stack and constant gas are in order; the counter stands behind its opcode.
    /// @return whether it succeeds: a failing one leaves nothing but the end of the frame
    function _execute(Env calldata env, Machine memory m, uint256 opcode) internal view virtual returns (bool);

    function _fetch(Env calldata env, Machine memory m) private view returns (uint256) {
        m.code = env.codes.codeOf(m.frame.codeHash);
        if (!m.code.known) revert UnknownCode(m.frame.codeHash);
        uint256 pc = m.frame.pc;
        // Behind the code there is STOP without end.
        if (pc >= m.code.length) return 0;
        return (_chunk(m, pc / CHUNK) >> (248 - 8 * (pc % CHUNK))) & 0xff;
    }

    /// 31 bytes of the running code, and the place of the first instruction in them.
    function _chunk(Machine memory m, uint256 index) internal pure returns (uint256) {
        return WordTree.leaf(m.witness, m.code.chunks, index, CHUNK_DEPTH);
    }

    function _needs(uint256 opcode) private pure returns (uint256 takes, uint256 gives, uint256 gas) {
        bytes memory table = OPCODES;
        uint256 row;
        assembly ("memory-safe") {
            row := shr(224, mload(add(add(table, 0x20), shl(2, opcode))))
        }
        return (row >> 24, (row >> 16) & 0xff, row & 0xffff);
    }

    function _constantGas(uint256 opcode) internal pure returns (uint256 gas) {
        (,, gas) = _needs(opcode);
    }
}

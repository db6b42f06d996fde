// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env, FrameContext, Machine, MachineState} from "../MachineState.sol";
import {BlockWords, Preimage, TransactionWords} from "../Words.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// 30s and 40s: what the frame, the transaction and the block are.
contract OpsContext is InstructionStep {
    using WitnessReader for Witness;

    /// Of the tree whose leaf n % 256 is the hash of block n (packages/protocol/src/historyRoot.ts).
    uint256 private constant HISTORY_LENGTH = 256;
    uint256 private constant HISTORY_DEPTH = 8;

    /// @inheritdoc InstructionStep
    function _execute(Env calldata, Machine memory m, uint256 opcode) internal pure override returns (bool) {
        if (opcode == 0x30) _push(m, m.frame.self);
        else if (opcode == 0x32) _push(m, _transaction(m)[TransactionWords.SENDER]);
        else if (opcode == 0x33) _push(m, _context(m).caller);
        else if (opcode == 0x34) _push(m, _context(m).value);
        else if (opcode == 0x35) _calldataload(m);
        else if (opcode == 0x36) _push(m, _context(m).inputLength);
        else if (opcode == 0x38) _push(m, m.code.length);
        else if (opcode == 0x3a) _push(m, _transaction(m)[TransactionWords.GAS_PRICE]);
        else if (opcode == 0x3d) _push(m, m.frame.returnLength);
        else if (opcode == 0x40) _blockhash(m);
        else if (opcode == 0x49) _blobhash(m);
        else _push(m, _block(m)[_place(opcode)]);
        return true;
    }

    function _place(uint256 opcode) private pure returns (uint256) {
        if (opcode == 0x41) return BlockWords.COINBASE;
        if (opcode == 0x42) return BlockWords.TIMESTAMP;
        if (opcode == 0x43) return BlockWords.NUMBER;
        if (opcode == 0x44) return BlockWords.PREV_RANDAO;
        if (opcode == 0x45) return BlockWords.GAS_LIMIT;
        if (opcode == 0x46) return BlockWords.CHAIN_ID;
        if (opcode == 0x48) return BlockWords.BASE_FEE;
        if (opcode == 0x4a) return BlockWords.BLOB_BASE_FEE;
        revert NotOfThisFamily(opcode);
    }

    function _transaction(Machine memory m) private pure returns (uint256[] memory) {
        return Preimage.open(m.witness, m.run.transaction, TransactionWords.COUNT);
    }

    function _block(Machine memory m) private pure returns (uint256[] memory) {
        return Preimage.open(m.witness, m.run.blockContext, BlockWords.COUNT);
    }

    function _calldataload(Machine memory m) private pure {
        FrameContext memory context = _context(m);
        uint256 offset = _pop(m, 1)[0];
        if (offset >= context.inputLength) {
            _push(m, 0);
            return;
        }
        uint256 available = context.inputLength - offset;
        uint256 word = _wordAt(m, context.inputRoot, context.inputOffset + offset, available < 32 ? available : 32);
        _push(m, word);
    }

    function _blockhash(Machine memory m) private pure {
        uint256[] memory words = _block(m);
        uint256 wanted = _pop(m, 1)[0];
        uint256 current = words[BlockWords.NUMBER];
        uint256 hash = 0;
        if (wanted < current && current - wanted <= HISTORY_LENGTH) {
            hash = WordTree.leaf(m.witness, bytes32(words[BlockWords.HISTORY_ROOT]), wanted % HISTORY_LENGTH, HISTORY_DEPTH);
        }
        _push(m, hash);
    }

    function _blobhash(Machine memory m) private pure {
        uint256[] memory transaction = _transaction(m);
        uint256 index = _pop(m, 1)[0];
        uint256 hash = 0;
        if (index < transaction[TransactionWords.BLOB_COUNT]) {
            hash = m.witness.word();
            uint256 leaf = WordTree.leaf(m.witness, bytes32(transaction[TransactionWords.BLOB_HASHES]), index, WordTree.DEPTH);
            if (leaf != uint256(keccak256(abi.encode(hash)))) revert WrongState();
        }
        _push(m, hash);
    }
}

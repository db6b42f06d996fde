// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, Journal, TxAccount} from "../Journal.sol";
import {Env, Frame, FrameContext, Machine, MachineState, Run} from "../MachineState.sol";
import {Preimage, TransactionWords} from "../Words.sol";
import {Bytes} from "../lib/Bytes.sol";
import {Hashing} from "../lib/Hashing.sol";
import {Precompiles} from "../lib/Precompiles.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {Bringing} from "./Bringing.sol";
import {FrameStack} from "./FrameStack.sol";
import {IStep} from "../IStep.sol";

/// What instructions leave to be done: copies, precompiled contracts, creations, ends of frames.
contract Frames is Bringing, FrameStack {
    using WitnessReader for Witness;
    using MachineState for Run;
    using MachineState for Frame;
    using Journal for Path;

    uint256 private constant COPY_BYTES = 1024;
    uint256 private constant CODE_DEPOSIT = 200;
    uint256 private constant MAX_CODE_SIZE = 24_576;

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        _open(m, pre);
        uint256[] memory pending = _pending(m);
        uint256 kind = pending[0];
        m.run.pending = 0;
        if (kind == MachineState.COPY) _copy(m, pending);
        else if (kind == MachineState.PRECOMPILE) _precompile(env, m, pending);
        else if (kind == MachineState.INIT_CODE) _initCode(m, pending);
        else if (kind == MachineState.CREATE) _create(m, pending);
        else if (kind == MachineState.DEPOSIT && !_deposit(m, pending)) return _failed(witness);
        else if (kind == MachineState.HALT) {
            if (m.run.depth == 0) return _endTransaction(m, pending);
            _halt(m, pending);
        }
        m.run.frame = m.frame.hash();
        return m.run.hash();
    }

    /// Words of what is pending, its kind first.
    function _pending(Machine memory m) private pure returns (uint256[] memory words) {
        uint256 position = m.witness.position;
        uint256 kind = m.witness.word();
        if (kind == 0 || kind > MachineState.HALT) revert WrongState();
        m.witness.position = position;
        uint256 count = uint8(MachineState.PENDING_WORDS[kind]);
        words = m.witness.words(count);
        if (Bytes.hash(words, 0, count << 5) != m.run.pending) revert WrongState();
    }

    function _copy(Machine memory m, uint256[] memory p) private pure {
        (uint256 length, uint256 from, uint256 to, uint256 size) = (p[3], p[4], p[5], p[6]);
        uint256 count = COPY_BYTES - (to % COPY_BYTES);
        if (count > size) count = size;
        uint256 available = length - from < count ? length - from : count;
        uint256[] memory source;
        if (available > 0) (source,) = WordTree.span(m.witness, bytes32(p[1]), p[2] + from, available);
        (uint256[] memory words, Witness memory siblings) = WordTree.span(m.witness, m.frame.memoryRoot, to, count);
        uint256 place = to & 31;
        Bytes.clear(words, place, count);
        if (available > 0) Bytes.copy(source, (p[2] + from) & 31, words, place, available);
        m.frame.memoryRoot = WordTree.withWords(siblings, words, to >> 5);
        if (count == size) return;
        uint256 next = from + count < length ? from + count : length;
        m.run.pending = MachineState.copying(bytes32(p[1]), p[2], length, next, to + count, size - count);
    }

    function _precompile(Env calldata env, Machine memory m, uint256[] memory p) private view {
        bytes memory input = _bytes(m, bytes32(p[2]), p[3], p[4]);
        uint256 gas = p[5];
        uint256 used = Precompiles.gasOf(p[1], input);
        bool success = used <= gas && !(env.capped != 0 && Precompiles.isOverCap(p[1], input));
        bytes memory output;
        if (success) (success, output) = Precompiles.call(p[1], input, used);
        if (!success) {
            m.run.journal = bytes32(p[8]);
            _push(m, 0);
            return;
        }
        m.frame.gas += gas - used;
        _push(m, 1);
        bytes32 root = WordTree.build(_wordsOf(output), WordTree.DEPTH);
        m.run.pending = _deliver(m.frame, root, 0, output.length, p[6], p[7]);
    }

    function _initCode(Machine memory m, uint256[] memory p) private pure {
        bytes32 codeHash = keccak256(_bytes(m, bytes32(p[1]), p[2], p[3]));
        (Path memory way, TxAccount memory creator) = Journal.account(m.witness, m.run.journal, m.frame.self);
        uint256 created = p[4] != 0
            ? _addressOf(
                uint256(keccak256(abi.encodePacked(bytes1(0xff), address(uint160(m.frame.self)), p[5], codeHash)))
            )
            : _createAddress(m.frame.self, creator.nonce);
        creator.nonce++;
        creator.flags |= Journal.TOUCHED;
        m.run.journal = way.put(creator);
        m.run.pending = keccak256(abi.encode(MachineState.CREATE, created, codeHash, p[6], p[7]));
    }

    function _create(Machine memory m, uint256[] memory p) private pure {
        (uint256 created, uint256 value) = (p[1], p[3]);
        Path memory way = SparseTree.open(m.witness, m.run.journal, created);
        if (!way.found) {
            _bring(m, way);
            m.run.pending = Bytes.hash(p, 0, p.length << 5);
            return;
        }
        TxAccount memory account = Journal.txAccount(m.witness, way);
        account.flags |= Journal.WARM;
        m.run.journal = way.put(account);
        FrameContext memory context;
        _snapshot(m, context);
        // EIP-684 and EIP-7610.
        Path memory blockWay = SparseTree.open(m.witness, m.run.blockJournal, created);
        BlockAccount memory known = Journal.blockAccount(m.witness, blockWay);
        bool isFree = account.nonce == 0 && account.codeHash == Journal.EMPTY_CODE_HASH;
        if (!isFree || known.storageRoot != Journal.EMPTY_TRIE_ROOT) {
            _push(m, 0);
            return;
        }
        account.nonce = 1;
        account.flags |= Journal.CREATED | Journal.TOUCHED;
        m.run.journal = way.put(account);
        uint256 creator = m.frame.self;
        _transfer(m, creator, created, value);
        context.creates = 1;
        context.caller = creator;
        context.value = value;
        context.inputRoot = EMPTY_TREE;
        _enter(m, context, bytes32(p[2]), created, 0, p[4]);
    }

    /// EIP-170, EIP-3541.
    function _deposit(Machine memory m, uint256[] memory p) private pure returns (bool) {
        uint256 length = p[3];
        if (length > MAX_CODE_SIZE || !_charge(m, CODE_DEPOSIT * length)) return false;
        bytes memory code = _bytes(m, bytes32(p[1]), p[2], length);
        if (code[0] == 0xef) return false;
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, m.frame.self);
        account.codeHash = keccak256(code);
        account.flags |= Journal.TOUCHED;
        m.run.journal = way.put(account);
        m.run.pending = MachineState.halting(MachineState.RETURNED, EMPTY_TREE, 0, 0);
        return true;
    }

    /// Ends the running frame and tells its parent, which runs again then.
    function _halt(Machine memory m, uint256[] memory p) private pure {
        uint256 how = p[1];
        FrameContext memory context = _context(m);
        bool succeeded = how <= MachineState.RETURNED;
        if (!succeeded) _goBack(m, context);
        uint256 gasLeft = how == MachineState.FAILED ? 0 : m.frame.gas;
        uint256 self = m.frame.self;
        Frame memory parent = _parent(m);
        parent.gas += gasLeft;
        m.frame = parent;
        if (context.creates != 0) {
            _push(m, succeeded ? self : 0);
            bool isReverted = how == MachineState.REVERTED;
            _setReturnData(
                parent, isReverted ? bytes32(p[2]) : EMPTY_TREE, isReverted ? p[3] : 0, isReverted ? p[4] : 0
            );
        } else {
            _push(m, succeeded ? 1 : 0);
            m.run.pending = _deliver(parent, bytes32(p[2]), p[3], p[4], context.outputOffset, context.outputSize);
        }
    }

    function _parent(Machine memory m) private pure returns (Frame memory parent) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := parent
        }
        m.witness.wordsTo(MachineState.FRAME_WORDS, pointer);
        bytes32 below = m.witness.digest();
        if (Hashing.pair(below, parent.hash()) != m.run.parents) revert WrongState();
        m.run.parents = below;
        m.run.depth--;
    }

    function _goBack(Machine memory m, FrameContext memory context) private pure {
        m.run.journal = context.journal;
        m.run.logCount = context.logCount;
        m.run.logs = context.logs;
        m.run.refund = context.refund;
    }

    /// The first frame ended.
    function _endTransaction(Machine memory m, uint256[] memory p) private pure returns (bytes32) {
        uint256 how = p[1];
        bool succeeded = how <= MachineState.RETURNED;
        if (!succeeded) _goBack(m, _context(m));
        uint256[] memory words = Preimage.open(m.witness, m.run.transaction, TransactionWords.COUNT);
        uint256 gasLeft = how == MachineState.FAILED ? 0 : m.frame.gas;
        return _endOf(m, words[TransactionWords.GAS_LIMIT], words[TransactionWords.FLOOR_GAS], succeeded, gasLeft);
    }

    function _wordsOf(bytes memory data) private pure returns (uint256[] memory words) {
        words = new uint256[]((data.length + 31) >> 5);
        assembly ("memory-safe") {
            mcopy(add(words, 0x20), add(data, 0x20), mload(data))
        }
    }
}

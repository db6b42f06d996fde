// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Env, Frame, FrameContext, Machine, MachineState, Run, Transaction} from "../MachineState.sol";
import {BlockWords, Kinds, Preimage, Purposes, TransactionWords} from "../Words.sol";
import {IStep} from "../IStep.sol";
import {Bytes} from "../lib/Bytes.sol";
import {Precompiles} from "../lib/Precompiles.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {Bringing} from "./Bringing.sol";
import {FrameStack} from "./FrameStack.sol";

/// What comes before a transaction's first frame: payment, what is warm from the start, authorisations, the frame itself.
contract TransactionStart is Bringing, FrameStack {
    using WitnessReader for Witness;
    using MachineState for Run;
    using MachineState for Frame;
    using MachineState for FrameContext;
    using Journal for Path;
    using Journal for TxAccount;

    uint256 private constant AUTHORIZATION_REFUND = 12_500;

    // Phases.
    uint256 private constant SENDER = 0;
    uint256 private constant COINBASE = 1;
    uint256 private constant ACCESS = 2;
    uint256 private constant AUTHORIZE = 3;
    uint256 private constant ENTER = 4;

    /// packages/dispute/src/machine/state.ts, Start.
    struct Start {
        uint256 kind;
        bytes32 transaction;
        bytes32 blockContext;
        bytes32 journal;
        bytes32 blockJournal;
        uint256 phase;
        uint256 item;
        uint256 key;
        uint256 refund;
    }

    uint256 private constant START_WORDS = 9;

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        Machine memory m;
        m.witness = WitnessReader.open(witness);
        Start memory start = _readStart(m.witness, pre);
        m.run.kind = Kinds.RUN;
        (m.run.transaction, m.run.blockContext) = (start.transaction, start.blockContext);
        (m.run.journal, m.run.blockJournal) = (start.journal, start.blockJournal);
        (m.run.refund, m.run.logs) = (start.refund, EMPTY_TREE);
        if (start.phase == COINBASE) _coinbase(m, start);
        else {
            Transaction memory transaction = _readTransaction(m);
            if (start.phase == SENDER) _sender(m, start, transaction);
            else if (start.phase == ACCESS) _access(m, start, transaction);
            else if (start.phase == AUTHORIZE) _authorize(env, m, start, transaction);
            else return _enterFirst(env, m, start, transaction);
        }
        return _next(m, start);
    }

    function _readStart(Witness memory witness, bytes32 pre) private pure returns (Start memory start) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := start
        }
        witness.wordsTo(START_WORDS, pointer);
        if (start.kind != Kinds.START || _hash(pointer, START_WORDS) != pre) revert WrongState();
    }

    function _readTransaction(Machine memory m) private pure returns (Transaction memory transaction) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := transaction
        }
        m.witness.wordsTo(TransactionWords.COUNT, pointer);
        if (_hash(pointer, TransactionWords.COUNT) != m.run.transaction) revert WrongState();
    }

    function _hash(uint256 pointer, uint256 count) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(pointer, shl(5, count))
        }
    }

    function _next(Machine memory m, Start memory start) private pure returns (bytes32) {
        (start.journal, start.blockJournal, start.refund) = (m.run.journal, m.run.blockJournal, m.run.refund);
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := start
        }
        return _hash(pointer, START_WORDS);
    }

    /// The way to an account; where it is missing, it is brought nearer, and that is the step.
    function _needs(Machine memory m, uint256 key) private pure returns (bool isThere, Path memory way) {
        way = SparseTree.open(m.witness, m.run.journal, key);
        isThere = way.found;
        if (!isThere) _bring(m, way);
    }

    /// The sender pays for all that may be used, and counts.
    function _sender(Machine memory m, Start memory start, Transaction memory transaction) private pure {
        (bool isThere, Path memory way) = _needs(m, transaction.sender);
        if (!isThere) return;
        TxAccount memory account = Journal.txAccount(m.witness, way);
        // Calls that are no transactions pay nothing and count for nobody.
        if (transaction.purpose <= Purposes.PROTOCOL) {
            account.nonce++;
            account.balance -= transaction.gasLimit * transaction.gasPrice + transaction.blobFee + transaction.dataFee;
            account.flags |= Journal.TOUCHED;
        }
        account.flags |= Journal.WARM;
        m.run.journal = way.put(account);
        start.phase = COINBASE;
    }

    /// EIP-3651.
    function _coinbase(Machine memory m, Start memory start) private pure {
        uint256[] memory words = Preimage.open(m.witness, m.run.blockContext, BlockWords.COUNT);
        (bool isThere, Path memory way) = _needs(m, words[BlockWords.COINBASE]);
        if (!isThere) return;
        _warm(m, way);
        start.phase = ACCESS;
    }

    function _warm(Machine memory m, Path memory way) private pure {
        TxAccount memory account = Journal.txAccount(m.witness, way);
        account.flags |= Journal.WARM;
        m.run.journal = way.put(account);
    }

    /// One entry of the access list (EIP-2930): its address, then each of its keys.
    function _access(Machine memory m, Start memory start, Transaction memory transaction) private pure {
        if (start.item == transaction.accessCount) {
            (start.phase, start.item, start.key) = (AUTHORIZE, 0, 0);
            return;
        }
        (uint256 account, uint256 keys, bytes32 root) = (m.witness.word(), m.witness.word(), m.witness.digest());
        _isItem(m, transaction.accessList, start.item, keccak256(abi.encode(account, keys, root)));
        if (start.key > keys) {
            (start.item, start.key) = (start.item + 1, 0);
            return;
        }
        if (start.key == 0) {
            (bool isThere, Path memory way) = _needs(m, account);
            if (!isThere) return;
            _warm(m, way);
        } else if (!_warmSlot(m, account, root, start.key - 1)) {
            return;
        }
        start.key++;
    }

    function _isItem(Machine memory m, bytes32 list, uint256 index, bytes32 digest) private pure {
        if (WordTree.leaf(m.witness, list, index, WordTree.DEPTH) != uint256(digest)) revert WrongState();
    }

    /// @return whether it was there to be made warm
    function _warmSlot(Machine memory m, uint256 owner, bytes32 keys, uint256 index) private pure returns (bool) {
        uint256 key = m.witness.word();
        _isItem(m, keys, index, keccak256(abi.encode(key)));
        bool isThere = m.witness.word() != 0;
        if (!isThere) {
            // Reverts where it is there.
            _bringSlot(m, owner, key);
            return false;
        }
        (Path memory way, TxAccount memory account) = Journal.account(m.witness, m.run.journal, owner);
        (Path memory slotWay, TxSlot memory slot) = Journal.slot(m.witness, account.slots, key);
        slot.isWarm = 1;
        account.slots = slotWay.put(slot);
        m.run.journal = way.put(account);
        return true;
    }

    /// One authorisation (EIP-7702); those that don't hold are passed over.
    function _authorize(Env calldata env, Machine memory m, Start memory start, Transaction memory transaction)
        private
        view
    {
        if (start.item == transaction.authorizationCount) {
            (start.phase, start.item) = (ENTER, 0);
            return;
        }
        uint256[] memory words = m.witness.words(5);
        _isItem(m, transaction.authorizations, start.item, Bytes.hash(words, 0, 160));
        uint256[] memory blockWords = Preimage.open(m.witness, m.run.blockContext, BlockWords.COUNT);
        (uint256 chainId, uint256 delegate, uint256 nonce) = (words[0], words[1], words[2]);
        bool isOurs = chainId == 0 || chainId == blockWords[BlockWords.CHAIN_ID];
        if (words[3] != 0 && isOurs && nonce < type(uint64).max) {
            (bool isThere, Path memory way) = _needs(m, words[4]);
            if (!isThere) return;
            _delegate(env, m, way, delegate, nonce);
        }
        start.item++;
    }

    function _delegate(Env calldata env, Machine memory m, Path memory way, uint256 delegate, uint256 nonce)
        private
        view
    {
        TxAccount memory authority = Journal.txAccount(m.witness, way);
        authority.flags |= Journal.WARM;
        bool isFree = authority.codeHash == Journal.EMPTY_CODE_HASH
            || _codeOf(env, authority.codeHash).delegate != address(0);
        if (isFree && authority.nonce == nonce) {
            if (!authority.isEmpty()) m.run.refund += AUTHORIZATION_REFUND;
            authority.codeHash = delegate == 0
                ? Journal.EMPTY_CODE_HASH
                : keccak256(abi.encodePacked(bytes3(0xef0100), address(uint160(delegate))));
            authority.nonce = nonce + 1;
            authority.flags |= Journal.TOUCHED;
        }
        m.run.journal = way.put(authority);
    }

    function _enterFirst(Env calldata env, Machine memory m, Start memory start, Transaction memory transaction)
        private
        view
        returns (bytes32)
    {
        FrameContext memory context;
        context.caller = transaction.sender;
        context.value = transaction.value;
        context.inputRoot = EMPTY_TREE;
        Frame memory frame = m.frame;
        frame.gas = transaction.gasLimit - transaction.intrinsicGas;
        (frame.memoryRoot, frame.returnRoot) = (EMPTY_TREE, EMPTY_TREE);
        // Ends at once, and how.
        uint256 how;
        bool isOver;
        bool isBrought;
        if (transaction.creates != 0) (isBrought, isOver, how) = _enterCreation(m, transaction, context);
        else (isBrought, isOver, how) = _enterCall(env, m, transaction, context);
        if (isBrought) return _next(m, start);
        if (isOver) {
            return _ended(m, transaction, how <= MachineState.RETURNED, how == MachineState.FAILED ? 0 : frame.gas);
        }
        frame.context = context.hash();
        m.run.frame = frame.hash();
        return m.run.hash();
    }

    function _enterCreation(Machine memory m, Transaction memory transaction, FrameContext memory context)
        private
        pure
        returns (bool isBrought, bool isOver, uint256 how)
    {
        uint256 created = _createAddress(transaction.sender, transaction.nonce);
        (bool isThere, Path memory way) = _needs(m, created);
        if (!isThere) return (true, false, 0);
        TxAccount memory account = Journal.txAccount(m.witness, way);
        account.flags |= Journal.WARM;
        m.run.journal = way.put(account);
        _snapshot(m, context);
        // EIP-684 and EIP-7610.
        Path memory blockWay = SparseTree.open(m.witness, m.run.blockJournal, created);
        BlockAccount memory known = Journal.blockAccount(m.witness, blockWay);
        bool isFree = account.nonce == 0 && account.codeHash == Journal.EMPTY_CODE_HASH;
        if (!isFree || known.storageRoot != Journal.EMPTY_TRIE_ROOT) return (false, true, MachineState.FAILED);
        account.nonce = 1;
        account.flags |= Journal.CREATED | Journal.TOUCHED;
        m.run.journal = way.put(account);
        _transfer(m, transaction.sender, created, transaction.value);
        context.creates = 1;
        m.frame.self = created;
        m.frame.codeHash = keccak256(_bytes(m, transaction.dataRoot, 0, transaction.dataLength));
        return (false, false, 0);
    }

    function _enterCall(
        Env calldata env,
        Machine memory m,
        Transaction memory transaction,
        FrameContext memory context
    ) private view returns (bool isBrought, bool isOver, uint256 how) {
        uint256 to = transaction.to;
        (bool isThere, Path memory way) = _needs(m, to);
        if (!isThere) return (true, false, 0);
        TxAccount memory account = Journal.txAccount(m.witness, way);
        bytes32 codeHash = account.codeHash;
        uint256 delegate = env.fork == 0 ? 0 : uint256(uint160(_codeOf(env, codeHash).delegate));
        if (delegate != 0) {
            Path memory delegateWay;
            (isThere, delegateWay) = _needs(m, delegate);
            if (!isThere) return (true, false, 0);
        }
        account.flags |= Journal.WARM;
        m.run.journal = way.put(account);
        if (delegate != 0) {
            (Path memory otherWay, TxAccount memory other) = Journal.account(m.witness, m.run.journal, delegate);
            other.flags |= Journal.WARM;
            m.run.journal = otherWay.put(other);
            codeHash = _isPrecompile(env, delegate) ? Journal.EMPTY_CODE_HASH : other.codeHash;
        }
        _snapshot(m, context);
        _transfer(m, transaction.sender, to, transaction.value);
        if (_isPrecompile(env, to)) return (false, true, _runPrecompile(env, m, transaction, context));
        if (codeHash == Journal.EMPTY_CODE_HASH) return (false, true, MachineState.STOPPED);
        (context.inputRoot, context.inputLength) = (transaction.dataRoot, transaction.dataLength);
        m.frame.self = to;
        m.frame.codeHash = codeHash;
        return (false, false, 0);
    }

    /// @return how the call ends; the frame's gas is what it leaves
    function _runPrecompile(
        Env calldata env,
        Machine memory m,
        Transaction memory transaction,
        FrameContext memory context
    ) private view returns (uint256) {
        bytes memory input = _bytes(m, transaction.dataRoot, 0, transaction.dataLength);
        uint256 used = Precompiles.gasOf(transaction.to, input);
        bool success = used <= m.frame.gas && !(env.capped != 0 && Precompiles.isOverCap(transaction.to, input));
        if (success) (success,) = Precompiles.call(transaction.to, input, used);
        if (success) {
            m.frame.gas -= used;
            return MachineState.RETURNED;
        }
        m.run.journal = context.journal;
        return MachineState.FAILED;
    }

    function _ended(Machine memory m, Transaction memory transaction, bool succeeded, uint256 gasLeft)
        private
        pure
        returns (bytes32)
    {
        return _endOf(m, transaction.gasLimit, transaction.floorGas, succeeded, gasLeft);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockAccount, Journal, TxAccount, TxSlot} from "../Journal.sol";
import {Env, Frame, FrameContext, Machine, MachineState, Run, Transaction} from "../MachineState.sol";
import {BlockWords, FactsWords, Kinds, Preimage, ProgressWords, Purposes, TransactionWords} from "../Words.sol";
import {IStep} from "../IStep.sol";
import {BlockTransaction, InBlock} from "../lib/BlockTransaction.sol";
import {Bytes} from "../lib/Bytes.sol";
import {ForcedTransactions} from "../lib/ForcedTransactions.sol";
import {Precompiles} from "../lib/Precompiles.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {TransactionDecoder} from "../lib/TransactionDecoder.sol";
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
    using Preimage for Witness;
    using BlockTransaction for InBlock;

    uint256 private constant AUTHORIZATION_REFUND = 12_500;

    // Phases.
    uint256 private constant SENDER = 0;
    uint256 private constant COINBASE = 1;
    uint256 private constant ACCESS = 2;
    uint256 private constant AUTHORIZE = 3;
    uint256 private constant ENTER = 4;
    uint256 private constant CHECK = BlockTransaction.CHECK;

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
            if (start.phase == SENDER) {
                // What the gas does not begin with (only a settlement's may be so low) ends here.
                if (_sender(m, start, transaction) && transaction.gasLimit < transaction.intrinsicGas) {
                    return _ended(m, transaction, false, 0);
                }
            } else if (start.phase == CHECK) return _check(env, m, start, transaction);
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

    /// What only the sender's account tells of a transaction that was read (TransactionRead). One of the content that breaks a rule
    /// makes its block invalid, in the place of one that was forced in there is a record. A call of a fork needs code to call.
    function _check(Env calldata env, Machine memory m, Start memory start, Transaction memory transaction)
        private
        view
        returns (bytes32)
    {
        bool isCall = transaction.purpose != Purposes.USER;
        (bool isThere, Path memory way) = _needs(m, isCall ? transaction.to : transaction.sender);
        if (!isThere) return _next(m, start);
        TxAccount memory account = Journal.txAccount(m.witness, way);
        InBlock memory b;
        if (isCall) {
            if (account.codeHash == Journal.EMPTY_CODE_HASH) {
                b.progress = m.witness.open(transaction.progress, ProgressWords.COUNT);
                (b.blockContext, b.blockJournal) = (m.run.blockContext, m.run.blockJournal);
                return b.afterCall(env.fork);
            }
        } else {
            uint256 why = _whyNot(env, account, transaction, start);
            if (why != 0) {
                b.progress = m.witness.open(transaction.progress, ProgressWords.COUNT);
                b.facts = m.witness.open(bytes32(b.progress[ProgressWords.FACTS]), FactsWords.COUNT);
                (b.blockContext, b.blockJournal) = (m.run.blockContext, m.run.blockJournal);
                b.witness = m.witness;
                return _refuse(env, b, why);
            }
        }
        (start.phase, start.item, start.key) = (SENDER, 0, 0);
        return _next(m, start);
    }

    /// The first rule that is broken, in the order of go-ethereum: `item` is the first of those that need no account, `key` what the
    /// sender must have.
    function _whyNot(
        Env calldata env,
        TxAccount memory sender,
        Transaction memory transaction,
        Start memory start
    ) private view returns (uint256) {
        if (transaction.nonce < sender.nonce) return ForcedTransactions.NONCE_TOO_LOW;
        if (transaction.nonce > sender.nonce) return ForcedTransactions.NONCE_TOO_HIGH;
        if (sender.codeHash != Journal.EMPTY_CODE_HASH) {
            if (env.fork == 0 || _codeOf(env, sender.codeHash).delegate == address(0)) {
                return ForcedTransactions.SENDER_HAS_CODE;
            }
        }
        if (start.item == ForcedTransactions.FEE_CAP) return ForcedTransactions.FEE_CAP;
        return sender.balance < start.key ? ForcedTransactions.FUNDS : start.item;
    }

    function _refuse(Env calldata env, InBlock memory b, uint256 why) private view returns (bytes32) {
        uint256 index = b.progress[ProgressWords.RECEIPTS];
        if (index >= b.originCount()) return BlockTransaction.invalid();
        index = b.facts[FactsWords.FIRST_MESSAGE] + index - 1;
        uint256 chainId = b.witness.open(b.blockContext, BlockWords.COUNT)[BlockWords.CHAIN_ID];
        uint256[] memory head = b.witness.words(4);
        bytes32 dataHash = b.witness.digest();
        ForcedTransactions.checkMessage(env.inbox, index, head, dataHash);
        (bytes memory data, bytes memory raw) = ForcedTransactions.skip(chainId, index, dataHash, why);
        b.replace(raw);
        return b.begin(ForcedTransactions.skipping(data), SENDER, 0, 0);
    }

    /// The sender pays for all that may be used, and counts.
    /// @return isPaid whether it was there to do so
    function _sender(Machine memory m, Start memory start, Transaction memory transaction)
        private
        pure
        returns (bool isPaid)
    {
        (bool isThere, Path memory way) = _needs(m, transaction.sender);
        if (!isThere) return false;
        isPaid = true;
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
        // Its address and how many keys follow it.
        uint256 head = WordTree.leaf(m.witness, transaction.accessList, start.item, WordTree.DEPTH);
        (uint256 account, uint256 keys) = (uint160(head), head >> 160);
        if (start.key > keys) {
            (start.item, start.key) = (start.item + 1 + keys, 0);
            return;
        }
        if (start.key == 0) {
            (bool isThere, Path memory way) = _needs(m, account);
            if (!isThere) return;
            _warm(m, way);
        } else if (!_warmSlot(m, account, WordTree.leaf(m.witness, transaction.accessList, start.item + start.key, WordTree.DEPTH))) {
            return;
        }
        start.key++;
    }

    /// @return whether it was there to be made warm
    function _warmSlot(Machine memory m, uint256 owner, uint256 key) private pure returns (bool) {
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
        uint256[5] memory words = _authorization(m, transaction.authorizations, start.item);
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

    /// Reads one from its wire form, which was found well-formed. @return chain id, address, nonce, whether somebody signed, and who
    function _authorization(Machine memory m, bytes32 list, uint256 index) private pure returns (uint256[5] memory) {
        uint256 leaf = WordTree.leaf(m.witness, list, index, WordTree.DEPTH);
        uint256 size = m.witness.word();
        uint256[] memory shown = m.witness.words((size >> 5) + (size & 31 == 0 ? 0 : 1));
        if (Bytes.hash(shown, 0, size) != bytes32(leaf)) revert WrongState();
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(shown, 0x20)
        }
        return TransactionDecoder.authorization(pointer, size);
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

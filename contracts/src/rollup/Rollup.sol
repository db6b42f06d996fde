// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IChallengeManager} from "../dispute/IChallengeManager.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {IBatchRegistry} from "./IBatchRegistry.sol";
import {IInbox, MessageKind} from "./IInbox.sol";
import {IPackAttestation} from "./IPackAttestation.sol";
import {IRollup, Output, Pack, PackRecord} from "./IRollup.sol";

/// What the factory fixes for the life of a chain. Times in seconds, amounts in wei.
struct RollupConfig {
    uint64 chainId;
    uint64 challengePeriod;
    uint64 maxPackDelay;
    uint64 inboxDelay;
    uint64 expiresAt;
    address owner;
    address proposer;
    address inbox;
    address bridge;
    uint256 bond;
    bytes32 genesisOutputRoot;
    bytes32 rulesHash;
    bytes32 stvfHash;
    address attestation;
    bytes32 validityKey;
}

/// Packs and their windows of one chain; clone implementation. Finality is lazy: it follows from the clock, nobody pokes.
contract Rollup is IRollup, Initializable {
    uint256 public constant OUTPUT_VERSION = 1;
    /// A chain without packs for this many maxPackDelay is stalled and anybody may close it.
    uint64 public constant STALL_FACTOR = 4;
    /// For telling an attestation that a pack fell.
    uint256 public constant REJECTION_GAS = 300_000;

    /// @inheritdoc IRollup
    address public immutable batchRegistry;
    /// @inheritdoc IRollup
    address public immutable disputeGame;

    RollupConfig private _config;
    /// @inheritdoc IRollup
    uint64 public packCount;
    /// @inheritdoc IRollup
    uint64 public revertEpoch;
    /// @inheritdoc IRollup
    uint64 public terminalPack;
    /// Newest pack that is not isolated.
    uint64 private _head;
    /// L1 time of the newest revert, seconds: the chain goes on from there, so that delays count from it as from a pack.
    uint64 private _revertedAt;
    mapping(uint64 index => PackRecord) private _packs;
    /// @inheritdoc IRollup
    mapping(address proposer => uint256) public bondOf;
    /// End of the window of the account's newest pack, and that pack: the bond stays until then, even if the pack fell.
    mapping(address proposer => uint64) private _bondLockedUntil;
    mapping(address proposer => uint64) private _newestPackOf;
    /// @inheritdoc IRollup
    mapping(uint64 index => bool) public isIsolated;
    /// Newest isolated pack of each poster: their addenda form a row of their own, which stands in nobody's way.
    mapping(address poster => uint64) private _isolatedHead;

    constructor(address batchRegistry_, address disputeGame_) {
        batchRegistry = batchRegistry_;
        disputeGame = disputeGame_;
        _disableInitializers();
    }

    /// Called by the factory in the transaction that makes the clone; the value is the proposer's bond.
    function initialize(RollupConfig calldata config) external payable initializer {
        _config = config;
        PackRecord storage genesis = _packs[0];
        genesis.outputRoot = config.genesisOutputRoot;
        genesis.submittedAt = uint64(block.timestamp);
        genesis.windowEnd = uint64(block.timestamp);
        if (msg.value > 0) _depositBond(config.proposer);
    }

    /// @inheritdoc IRollup
    function submitPack(Pack calldata pack) external {
        PackRecord storage parent = _packs[headFor(msg.sender)];
        // Addenda are anybody's, at any time and with the ordinary window.
        bool isFallback = !parent.terminal && _checkProposer(parent.submittedAt);
        if (bondOf[msg.sender] < _config.bond) revert InsufficientBond(_config.bond, bondOf[msg.sender]);
        _submit(pack, parent, keccak256(abi.encode(pack)), isFallback, 0);
    }

    /// @inheritdoc IRollup
    function submitPackCertified(Pack calldata pack, bytes calldata certificate) external {
        address signers = _config.attestation;
        if (signers == address(0)) revert NotCertifiable();
        bytes32 hash = keccak256(abi.encode(pack));
        bytes32 signatories = IPackAttestation(signers).checkPack(address(this), revertEpoch, hash, certificate);
        // INVARIANT: a record without signatories is one that a bond stands for.
        if (signatories == 0) revert NotCertifiable();
        _submit(pack, _packs[_head], hash, false, signatories);
    }

    /// @inheritdoc IRollup
    function revertPacks(uint64 index) external {
        if (msg.sender != disputeGame) revert OnlyDisputeGame();
        if (index == 0 || index > packCount) revert UnknownPack(index);
        if (isFinalised(index)) revert PackAlreadyFinalised(index);
        PackRecord memory fallen = _packs[index];
        // INVARIANT: records beyond packCount are void, and overwritten whole. They stay where they are: however many packs a
        // liar posts after a wrong one, voiding them costs the same.
        packCount = index - 1;
        // Where packs can be reverted none is isolated.
        _head = index - 1;
        if (terminalPack >= index) terminalPack = 0;
        revertEpoch++;
        _revertedAt = uint64(block.timestamp);
        emit PacksReverted(index, revertEpoch);
        if (fallen.signatoryRecordHash == 0) _slash(fallen.proposer);
        else _reject(index, fallen);
    }

    /// @inheritdoc IRollup
    function close() external {
        if (closed()) revert AlreadyClosed();
        if (msg.sender != _config.owner && !_isExpired() && !_isStalled()) revert NotClosable();
        uint64 index = IInbox(_config.inbox).deliver(MessageKind.Close, msg.sender, "");
        emit ChainClosed(msg.sender, index);
    }

    /// @inheritdoc IRollup
    function depositBond() external payable {
        _depositBond(msg.sender);
    }

    /// @inheritdoc IRollup
    function withdrawBond() external {
        uint64 newest = _newestPackOf[msg.sender];
        // A contested pack is not over with its window: the bond answers for it until it is decided.
        if (block.timestamp < _bondLockedUntil[msg.sender] || _firstContested() <= newest) revert BondLocked(newest);
        uint256 amount = bondOf[msg.sender];
        bondOf[msg.sender] = 0;
        emit BondWithdrawn(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IRollup
    function packRecord(uint64 index) external view returns (PackRecord memory) {
        if (index > packCount) revert UnknownPack(index);
        return _packs[index];
    }

    /// @inheritdoc IRollup
    function headFor(address poster) public view returns (uint64) {
        uint64 own = _isIsolatedPoster(poster) ? _isolatedHead[poster] : 0;
        return own == 0 ? _head : own;
    }

    /// @inheritdoc IRollup
    function finalisedPack() external view returns (uint64) {
        // INVARIANT: windowEnd never decreases with the index, so the final packs are a prefix.
        uint64 low = 0;
        uint64 high = packCount;
        while (low < high) {
            uint64 middle = (low + high + 1) / 2;
            if (block.timestamp >= _packs[middle].windowEnd) low = middle;
            else high = middle - 1;
        }
        uint64 contested = _firstContested();
        return low < contested ? low : contested - 1;
    }

    /// @inheritdoc IRollup
    function isFinalised(uint64 index) public view returns (bool) {
        return index <= packCount && block.timestamp >= _packs[index].windowEnd && index < _firstContested();
    }

    /// @inheritdoc IRollup
    function closed() public view returns (bool) {
        return IInbox(_config.inbox).closed();
    }

    /// @inheritdoc IRollup
    function chainId() external view returns (uint64) {
        return _config.chainId;
    }

    /// @inheritdoc IRollup
    function owner() external view returns (address) {
        return _config.owner;
    }

    /// @inheritdoc IRollup
    function proposer() external view returns (address) {
        return _config.proposer;
    }

    /// @inheritdoc IRollup
    function inbox() external view returns (address) {
        return _config.inbox;
    }

    /// @inheritdoc IRollup
    function bridge() external view returns (address) {
        return _config.bridge;
    }

    /// @inheritdoc IRollup
    function challengePeriod() external view returns (uint64) {
        return _config.challengePeriod;
    }

    /// @inheritdoc IRollup
    function maxPackDelay() external view returns (uint64) {
        return _config.maxPackDelay;
    }

    /// @inheritdoc IRollup
    function inboxDelay() external view returns (uint64) {
        return _config.inboxDelay;
    }

    /// @inheritdoc IRollup
    function expiresAt() external view returns (uint64) {
        return _config.expiresAt;
    }

    /// @inheritdoc IRollup
    function bond() external view returns (uint256) {
        return _config.bond;
    }

    /// @inheritdoc IRollup
    function genesisOutputRoot() external view returns (bytes32) {
        return _config.genesisOutputRoot;
    }

    /// @inheritdoc IRollup
    function attestation() external view returns (address) {
        return _config.attestation;
    }

    /// @inheritdoc IRollup
    function rulesHash() external view returns (bytes32) {
        return _config.rulesHash;
    }

    /// @inheritdoc IRollup
    function stvfHash() external view returns (bytes32) {
        return _config.stvfHash;
    }

    /// @inheritdoc IRollup
    function validityKey() external view returns (bytes32) {
        return _config.validityKey;
    }

    /// @param signatories zero for a pack on its poster's bond
    function _submit(
        Pack calldata pack,
        PackRecord storage parent,
        bytes32 hash,
        bool isFallback,
        bytes32 signatories
    ) private {
        if (parent.terminal && !pack.terminal) revert ChainTerminated();
        if (pack.index != packCount + 1) revert UnexpectedPack(packCount + 1, pack.index);
        bytes32 root = _checkBlocks(pack, parent);
        _checkInbox(pack, parent.inboxPosition);
        _checkOrigin(pack.output);
        _checkFrames(pack.frames);
        uint64 windowEnd = _windowEnd(isFallback);
        if (pack.terminal && !parent.terminal) terminalPack = pack.index;
        _record(pack, root, hash, windowEnd, signatories);
    }

    /// @return isFallback true when a pack is posted on a bond because whose turn it would be is silent.
    function _checkProposer(uint64 lastPackAt) private view returns (bool isFallback) {
        isFallback = msg.sender != _config.proposer || _config.attestation != address(0);
        if (isFallback && block.timestamp <= _sinceRevert(lastPackAt) + _config.maxPackDelay) {
            revert NotProposer(msg.sender);
        }
    }

    function _checkBlocks(Pack calldata pack, PackRecord storage parent) private view returns (bytes32 root) {
        uint64 expectedFirst = parent.lastBlock + 1;
        if (pack.firstBlock != expectedFirst || pack.lastBlock < pack.firstBlock) {
            revert BlocksNotContiguous(expectedFirst, pack.firstBlock, pack.lastBlock);
        }
        if (pack.parentOutputRoot != parent.outputRoot) {
            revert ParentMismatch(parent.outputRoot, pack.parentOutputRoot);
        }
        root = _outputRoot(pack.output);
        uint256 count = pack.outputRoots.length;
        // lastBlock - firstBlock + 1 could overflow for absurd claims; the difference cannot.
        if (count == 0 || count - 1 != pack.lastBlock - pack.firstBlock || pack.outputRoots[count - 1] != root) {
            revert OutputRootsMismatch();
        }
    }

    function _checkInbox(Pack calldata pack, uint64 parentPosition) private view {
        IInbox queue = IInbox(_config.inbox);
        uint64 position = pack.output.inboxPosition;
        uint64 count = queue.messageCount();
        if (
            position < parentPosition || position > count
                || queue.accumulatorAt(position) != pack.output.inboxAccumulator
        ) revert InboxMismatch(position);
        if (position < count) {
            uint64 deadline = _sinceRevert(queue.timestampOf(position)) + _config.inboxDelay;
            if (block.timestamp > deadline) revert InboxMessageLate(position, deadline);
        }
        if (pack.terminal && (position != count || !queue.closed())) revert NotTerminal();
    }

    function _checkOrigin(Output calldata output) private view {
        // Beyond the last 256 blocks the library asks the EIP-2935 history contract; zero means unknown to both.
        bytes32 hash = Blockhash.blockHash(output.l1OriginNumber);
        if (hash == bytes32(0) || hash != output.l1OriginHash) revert L1OriginMismatch(output.l1OriginNumber);
    }

    function _checkFrames(bytes32[] calldata frames) private view {
        // Even empty blocks have their timestamps and origins in a frame.
        if (frames.length == 0) revert FrameNotPosted(bytes32(0));
        for (uint256 i = 0; i < frames.length; i++) {
            if (IBatchRegistry(batchRegistry).postedAt(frames[i]) == 0) revert FrameNotPosted(frames[i]);
        }
    }

    function _windowEnd(bool isFallback) private view returns (uint64 windowEnd) {
        uint64 window = isFallback ? 2 * _config.challengePeriod : _config.challengePeriod;
        windowEnd = uint64(block.timestamp) + window;
        uint64 newestEnd = _packs[packCount].windowEnd;
        if (windowEnd < newestEnd) windowEnd = newestEnd;
    }

    function _record(Pack calldata pack, bytes32 root, bytes32 hash, uint64 windowEnd, bytes32 signatories) private {
        packCount = pack.index;
        if (signatories == 0 && _isIsolatedPoster(msg.sender)) {
            isIsolated[pack.index] = true;
            _isolatedHead[msg.sender] = pack.index;
        } else {
            _head = pack.index;
        }
        _packs[pack.index] = PackRecord({
            packHash: hash,
            outputRoot: root,
            outboxRoot: pack.output.outboxRoot,
            lastBlock: pack.lastBlock,
            inboxPosition: pack.output.inboxPosition,
            submittedAt: uint64(block.timestamp),
            windowEnd: windowEnd,
            terminal: pack.terminal,
            proposer: msg.sender,
            revertEpoch: revertEpoch,
            signatoryRecordHash: signatories
        });
        if (signatories == 0) {
            _bondLockedUntil[msg.sender] = windowEnd;
            _newestPackOf[msg.sender] = pack.index;
        }
        emit PackSubmitted(
            pack.index, pack.firstBlock, pack.lastBlock, root, hash, msg.sender, windowEnd, pack.terminal
        );
    }

    /// Takes the whole bond: whoever posts one wrong pack answers with everything.
    function _slash(address culprit) private {
        uint256 amount = bondOf[culprit];
        bondOf[culprit] = 0;
        emit BondSlashed(culprit, amount);
        _send(msg.sender, amount);
    }

    /// The attestation's code is the chain's choice: it may fail, but nobody makes it fail by sparing gas.
    function _reject(uint64 index, PackRecord memory fallen) private {
        BoundedCall.requireGas(REJECTION_GAS, 100_000);
        BoundedCall.callOptionalBool(
            _config.attestation,
            abi.encodeCall(IPackAttestation.packRejected, (index, fallen.packHash, fallen.signatoryRecordHash)),
            REJECTION_GAS
        );
    }

    /// Lowest pack that is in dispute.
    function _firstContested() private view returns (uint64) {
        if (disputeGame == address(0)) return type(uint64).max;
        return IChallengeManager(disputeGame).firstContested(address(this));
    }

    /// @return the time, or that of the newest revert if it is later
    function _sinceRevert(uint64 time) private view returns (uint64) {
        return time < _revertedAt ? _revertedAt : time;
    }

    /// A stranger on a settled chain whose packs nobody can dispute.
    function _isIsolatedPoster(address poster) private view returns (bool) {
        return disputeGame == address(0) && terminalPack != 0 && poster != _config.proposer;
    }

    function _outputRoot(Output calldata output) private pure returns (bytes32) {
        return keccak256(abi.encode(OUTPUT_VERSION, output));
    }

    function _isExpired() private view returns (bool) {
        return _config.expiresAt != 0 && block.timestamp >= _config.expiresAt;
    }

    function _isStalled() private view returns (bool) {
        uint64 last = _sinceRevert(_packs[packCount].submittedAt);
        return block.timestamp > last + STALL_FACTOR * _config.maxPackDelay;
    }

    function _depositBond(address account) private {
        bondOf[account] += msg.value;
        emit BondDeposited(account, msg.value);
    }

    function _send(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert TransferFailed();
    }
}

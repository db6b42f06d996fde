// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// State of the chain after one block (PROTOCOL.md section 4).
/// outputRoot = keccak256(abi.encode(uint256 OUTPUT_VERSION = 1, stateRoot, blockHash, outboxRoot, inboxPosition,
/// inboxAccumulator, l1OriginNumber, l1OriginHash, historyRoot))
struct Output {
    bytes32 stateRoot;
    bytes32 blockHash;
    /// Root of the outbox predeploy's tree of messages after the block.
    bytes32 outboxRoot;
    /// Number of inbox messages consumed so far.
    uint64 inboxPosition;
    bytes32 inboxAccumulator;
    uint64 l1OriginNumber;
    bytes32 l1OriginHash;
    /// Merkle root of the last 256 block hashes.
    bytes32 historyRoot;
}

/// A claim about a range of blocks. `index` starts at 1; pack 0 is the genesis.
struct Pack {
    uint64 index;
    uint64 firstBlock;
    uint64 lastBlock;
    bytes32 parentOutputRoot;
    /// What the frames hold: keccak256(abi.encode(blocksRoot, txsRoot, txCount, blockCount)), with trees of depth 20 over
    /// the blocks' rows and the transactions' digests (packages/protocol/src/content). Not checked here: it is what a
    /// dispute about the frames, or about a block, is about.
    bytes32 contentRoot;
    /// Output after `lastBlock`.
    Output output;
    /// Output root after each block, firstBlock..lastBlock; the last equals outputRoot(output).
    bytes32[] outputRoots;
    /// keccak256 of each batch frame, in order, as posted to the BatchRegistry.
    bytes32[] frames;
    /// True for the last pack of a closed chain: every asset is in the outbox. What follows it are addenda, terminal too.
    bool terminal;
}

/// What the contract keeps of a pack.
struct PackRecord {
    bytes32 packHash;
    bytes32 outputRoot;
    bytes32 outboxRoot;
    uint64 lastBlock;
    uint64 inboxPosition;
    /// L1 time of submission and end of the challenge window, seconds.
    uint64 submittedAt;
    uint64 windowEnd;
    bool terminal;
    /// Who posted it; of a certified pack only the messenger, without a bond.
    address proposer;
    /// `IRollup.revertEpoch` when it was posted: with the index it names the pack for ever.
    uint64 revertEpoch;
    /// Who signed for a certified pack, as its attestation put it; zero for a pack that a bond stands for.
    bytes32 signatoryRecordHash;
}

interface IRollup {
    event PackSubmitted(
        uint64 indexed index,
        uint64 firstBlock,
        uint64 lastBlock,
        bytes32 outputRoot,
        bytes32 packHash,
        address indexed proposer,
        uint64 windowEnd,
        bool terminal
    );
    /// Pack `fromIndex` and all after it are void; `revertEpoch` counts such events.
    event PacksReverted(uint64 indexed fromIndex, uint64 revertEpoch);
    /// `inboxIndex` is the index of the CLOSE message, the last that the inbox will ever hold.
    event ChainClosed(address indexed by, uint64 inboxIndex);
    event BondDeposited(address indexed proposer, uint256 amount);
    event BondWithdrawn(address indexed proposer, uint256 amount);
    /// The bond of the proposer of a voided pack went to the dispute game, which rewards the challenger.
    event BondSlashed(address indexed proposer, uint256 amount);

    error NotProposer(address caller);
    error InsufficientBond(uint256 required, uint256 bonded);
    error UnexpectedPack(uint64 expected, uint64 given);
    error BlocksNotContiguous(uint64 expectedFirst, uint64 first, uint64 last);
    error ParentMismatch(bytes32 expected, bytes32 given);
    error OutputRootsMismatch();
    error InboxMismatch(uint64 position);
    error InboxMessageLate(uint64 position, uint64 deadline);
    error L1OriginMismatch(uint64 number);
    error FrameNotPosted(bytes32 frame);
    error ChainTerminated();
    /// The chain names nobody whose certificate could stand for a pack.
    error NotCertifiable();
    error NotClosable();
    error AlreadyClosed();
    error PackNotFinalised(uint64 index);
    error OnlyDisputeGame();
    error BondLocked(uint64 untilPack);
    /// A terminal pack needs a closed inbox that it consumes to the end.
    error NotTerminal();
    error PackAlreadyFinalised(uint64 index);
    error UnknownPack(uint64 index);
    error TransferFailed();

    /// Posts a claim. Callable by the proposer, or by any bonded account when no pack came for `maxPackDelay`
    /// (its window is then twice as long). After a terminal pack any bonded account may post addenda at any time: packs with
    /// `terminal` set, of blocks in which the Settler writes what the settlement left out. `parentOutputRoot` and `firstBlock`
    /// follow pack `headFor(poster)`.
    /// On a chain with an attestation this is the way without one, for everybody: after `maxPackDelay`, with twice the window.
    function submitPack(Pack calldata pack) external;

    /// Posts a claim that the chain's attestation stands for. Callable by anybody, at any time.
    /// @param certificate as IPackAttestation.checkPack wants it
    function submitPackCertified(Pack calldata pack, bytes calldata certificate) external;

    /// Seam for the dispute game: voids pack `index`, which must not be final, and everything after it. The bond of its
    /// proposer goes to the game; of a certified pack the attestation is told. Delays count from here anew, so that what fell
    /// can be posted again in peace.
    function revertPacks(uint64 index) external;

    /// Ends the chain: by the owner at any time, by anybody after `expiresAt` or after a stall of 4 * maxPackDelay.
    function close() external;

    function depositBond() external payable;
    /// Free again when no pack of the caller is inside its window, nor follows one that is contested or is contested itself.
    function withdrawBond() external;

    function packCount() external view returns (uint64);
    function packRecord(uint64 index) external view returns (PackRecord memory);
    /// Index of the newest pack whose window is over and that no challenge holds up, its own or an earlier pack's; 0 when none.
    function finalisedPack() external view returns (uint64);
    /// Index of the first terminal pack; 0 when there is none.
    function terminalPack() external view returns (uint64);
    /// Whether this is an addendum of a stranger that nobody could dispute (the chain has no dispute game): its outbox may
    /// only mint, and on twins that are its proposer's alone, so that it takes nothing that the settlement promised to others.
    function isIsolated(uint64 index) external view returns (bool);
    /// Index of the pack that the next one of this account builds on: the newest that is not isolated, or for a stranger on a
    /// settled chain without a dispute game their own newest, if there is one.
    function headFor(address poster) external view returns (uint64);
    function isFinalised(uint64 index) external view returns (bool);
    function revertEpoch() external view returns (uint64);
    function closed() external view returns (bool);
    function bondOf(address proposer) external view returns (uint256);

    /// The only account that may revert packs (IChallengeManager); zero = packs cannot be reverted.
    function disputeGame() external view returns (address);
    /// Whose certificates let packs in (IPackAttestation); zero = packs stand on their proposer's bond.
    function attestation() external view returns (address);
    /// keccak256(abi.encode(uint256 fork, uint256 chainId, uint256 blockGasLimit, uint256 gasless, uint256 minBaseFee, uint256
    /// dataFeePerByte)): the rules by which the L1 executes a step of the chain.
    function rulesHash() external view returns (bytes32);
    /// keccak256 of the state transition function, stvf.wasm, that the chain was made for.
    function stvfHash() external view returns (bytes32);
    /// Under whose key succinct proofs settle challenges of blocks (IValidityRegistry); zero = none does.
    function validityKey() external view returns (bytes32);
    function chainId() external view returns (uint64);
    function owner() external view returns (address);
    function proposer() external view returns (address);
    function inbox() external view returns (address);
    function bridge() external view returns (address);
    function batchRegistry() external view returns (address);
    function challengePeriod() external view returns (uint64);
    function maxPackDelay() external view returns (uint64);
    function inboxDelay() external view returns (uint64);
    function expiresAt() external view returns (uint64);
    function bond() external view returns (uint256);
    function genesisOutputRoot() external view returns (bytes32);
}

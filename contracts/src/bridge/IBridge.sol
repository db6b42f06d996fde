// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenStandard} from "../rollup/IInbox.sol";
import {Output} from "../rollup/IRollup.sol";
import {CurrencyMode} from "../rollup/IRollupFactory.sol";

enum OutboxKind {
    None,
    ReleaseErc20, // abi.encode(address l1Token (0 = ETH), address to, uint256 amount)
    ReleaseErc721, // abi.encode(address l1Token, address to, uint256 tokenId)
    MintNative, // abi.encode(address to, uint256 amount): twin of the native coin
    Collection, // abi.encode(address l2Token, string name, string symbol, address owner, address royaltyReceiver, uint16 royaltyBps, string uriPrefix, string uriSuffix)
    MintErc721, // abi.encode(address l2Token, address to, uint256 tokenId, string uri): empty uri = prefix + decimal id + suffix
    Claim, // abi.encode(uint8 kind, bytes payload, address holder): of chains of the first version; never payable
    Erc20Metadata, // abi.encode(address l2Token, string name, string symbol, uint8 decimals, address owner)
    MintErc20, // abi.encode(address l2Token, address to, uint256 amount)
    Collection1155, // abi.encode(address l2Token, string name, string symbol, address owner, address royaltyReceiver, uint16 royaltyBps, string uri): template with {id}
    MintErc1155, // abi.encode(address l2Token, address to, uint256 tokenId, uint256 amount, string uri): empty uri = the template
    ReleaseErc1155 // abi.encode(address l1Token, address to, uint256 tokenId, uint256 amount)
}

/// One message of the L2 outbox. Leaf `index` of the depth-32 tree is
/// keccak256(abi.encode(uint64 index, uint8 kind, bytes payload)).
struct OutboxMessage {
    OutboxKind kind;
    bytes payload;
}

/// Holds what was deposited to one chain, pays what its finalised outbox says, and mints the twins of what was born there.
interface IBridge {
    /// Once, at creation: what the chain's native coin is, and how much of it genesis draws on. Whoever derives block 0 compares
    /// it with the genesis configuration; `token` is zero unless the mode is Erc20.
    event CurrencyFixed(CurrencyMode mode, address indexed token, uint256 lockedFunds);
    /// `amountOrId`, here and below: the id of an NFT and of units of an ERC-1155, else the amount.
    event Deposited(uint64 indexed inboxIndex, address indexed token, address indexed from, address to, uint256 amountOrId);
    /// `paid` false: the transfer failed and the recipient holds a credit instead.
    event MessageExecuted(uint64 indexed index, OutboxKind indexed kind, address indexed to, address token, uint256 amountOrId, bool paid);
    /// The same for a message of an isolated addendum of `poster`: it says nothing about the chain's message of that index.
    event IsolatedMessageExecuted(address indexed poster, uint64 indexed index, OutboxKind indexed kind, address to, address token, uint256 amountOrId);
    event TwinDeployed(address indexed l2Token, address indexed twin, OutboxKind kind);
    /// The message stays open: its asset is not (or no longer) held for the chain, or it is a claim without beneficiary.
    event MessageNotPayable(uint64 indexed index, OutboxKind indexed kind);
    event CreditClaimed(address indexed to, uint64 indexed index);
    event EscrowSpent(address indexed executor, uint256 amountWei);
    event EscrowFunded(address indexed from, uint256 amountWei);

    error NotFinalised(uint64 packIndex);
    error InvalidProof();
    error ZeroAmount();
    error NothingToClaim();
    error UnsupportedToken(address token);
    error BridgeClosed();
    /// Nobody could own the asset there: zero, or a predeploy of the chain.
    error InvalidRecipient(address to);
    /// The transaction's gas limit is too low to give every payout its full allowance.
    error InsufficientGas();
    error OnlyRecipient(address recipient);
    error OnlyOwner();
    error PaymentFailed();
    error EscrowHeldUntil(uint64 timestamp);
    /// More of the currency than the chain could ever pay out.
    error ReserveExceeded();

    function depositEth(address to) external payable;
    /// Credits what arrived (fee-on-transfer tokens) and refuses tokens whose metadata calls fail.
    function depositErc20(address token, address to, uint256 amount) external;
    function depositErc721(address token, address to, uint256 tokenId) external;
    /// Credits what arrived. ERC-1155 tokens that come in any other way are refused.
    function depositErc1155(address token, address to, uint256 tokenId, uint256 amount) external;
    /// Tells the chain what the token says of itself (names, owner, royalties), so that its image exists there before the
    /// first deposit. Anybody may call, and again when owner or royalties have changed.
    function registerToken(address token, TokenStandard standard) external;
    /// Puts a signed transaction of the chain, at most 16 KiB, into the inbox: the chain executes it at its place among the
    /// inbox messages of its L1 block, or says on chain why it can't (IChainState.ForcedTransactionSkipped). Its gas limit
    /// may be at most 2,000,000. Anybody may call; the chain looks at the signature only.
    function forceTransaction(bytes calldata raw) external;

    /// Executes messages startIndex.. of the outbox of finalised pack `packIndex`. Already executed ones are passed over,
    /// one that fails becomes a credit or stays open, and never blocks the others. The caller's gas is refunded from the
    /// escrow while it lasts, but only for messages executed against the first terminal pack: the settlement, and withdrawals
    /// that nobody had carried out by then. Addenda are at the caller's cost.
    /// @param proof sibling hashes of the range, level by level from the leaves: left sibling first if the range's left
    /// end is odd, then right sibling if its right end is even.
    function execute(uint64 packIndex, uint64 startIndex, OutboxMessage[] calldata messages, bytes32[] calldata proof)
        external;

    /// Retries the payment of a credit, to its recipient only; anybody may call.
    function claim(uint64 index) external;
    /// Lets the recipient of a credit, a contract that refuses ETH for instance, take it somewhere else.
    function claimTo(uint64 index, address to) external;
    function fundEscrow() external payable;
    /// Gives what settlement left of the escrow to the chain's owner, 30 days after the terminal pack became final.
    function reclaimEscrow() external;

    /// A failed payment that waits for claim(); `to` is zero when there is none.
    /// `amountOrId` is the id of an NFT and of units of an ERC-1155, else the amount.
    function creditOf(uint64 index) external view returns (OutboxKind kind, address token, address to, uint256 amountOrId);
    /// Units of an ERC-1155 that wait for claim().
    function creditedUnitsOf(uint64 index) external view returns (uint256);
    /// Whether the bridge holds this L1 token id for the chain.
    function isLocked(address l1Token, uint256 tokenId) external view returns (bool);
    function isExecuted(uint64 index) external view returns (bool);
    /// The same for the isolated addenda of `poster` (IRollup.isIsolated), which have books of their own.
    function isExecutedFor(address poster, uint64 index) external view returns (bool);
    function escrow() external view returns (uint256);
    function nativeTwin() external view returns (address);
    /// Address of the L1 twin of an L2 collection (ERC-721), whether deployed or not.
    function twinOf(address l2Token) external view returns (address);
    /// The same for tokens of any standard.
    /// @param poster zero, or the proposer of an isolated addendum (IRollup.isIsolated), whose twins are others
    function tokenTwin(address l2Token, TokenStandard standard, address poster) external view returns (address);
    /// Amount of an L1 token (0 = ETH) owed to the chain: deposited minus paid and credited-out.
    function locked(address l1Token) external view returns (uint256);
    /// The same for one id of an ERC-1155.
    function lockedUnits(address l1Token, uint256 tokenId) external view returns (uint256);
    function rollup() external view returns (address);
}

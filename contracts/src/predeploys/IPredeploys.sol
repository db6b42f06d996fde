// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind} from "../bridge/IBridge.sol";
import {TokenStandard} from "../rollup/IInbox.sol";
import {CurrencyMode} from "../rollup/IRollupFactory.sol";

// Sends the transactions that the protocol itself makes (type 0x7e); nobody holds its key.
address constant SYSTEM = 0x00000000000000000000000000000000007EFFff;
address constant CHAIN_STATE = 0x00000000000000000000000000000000007E0001;
address constant OUTBOX = 0x00000000000000000000000000000000007e0002;
address constant L2_BRIDGE = 0x00000000000000000000000000000000007e0003;
address constant SETTLER = 0x00000000000000000000000000000000007E0004;
address constant FAUCET = 0x00000000000000000000000000000000007e0005;
address constant BASE_FEE_VAULT = 0x00000000000000000000000000000000007e0006;
address constant PRIORITY_FEE_VAULT = 0x00000000000000000000000000000000007E0007;
address constant BRIDGED_ERC20_IMPL = 0x00000000000000000000000000000000007e0008;
address constant BRIDGED_ERC721_IMPL = 0x00000000000000000000000000000000007E0009;
address constant DATA_FEE_VAULT = 0x00000000000000000000000000000000007E000A;
address constant BRIDGED_ERC1155_IMPL = 0x00000000000000000000000000000000007E000B;

error OnlySystem();

enum Mode {
    Active,
    Settle, // system transactions only, timestamp frozen
    Settled // outbox complete
}

/// What the chain knows of the L1 and of itself. Storage layout is part of the protocol (genesis and output roots):
/// slot 0: l1OriginNumber uint64 | l1OriginTimestamp uint64 << 64 | inboxPosition uint64 << 128 | mode uint8 << 192
/// slot 1: l1OriginHash   slot 2: inboxAccumulator   slot 3: owner   slot 4: faucetOperator
/// slot 5: currencyMode uint8 | currencyToken << 8
interface IChainState {
    event OriginAdvanced(uint64 indexed number, bytes32 hash, uint64 inboxPosition);
    event ModeChanged(Mode mode);
    /// A transaction that somebody forced in through the inbox can't be executed. Reasons: 1 malformed, 2 wrong chain,
    /// 3 type, 4 gas limit, 5 nonce too low, 6 nonce too high, 7 funds, 8 fee cap, 9 sender has code, 10 other.
    event ForcedTransactionSkipped(uint64 indexed inboxIndex, bytes32 indexed transactionHash, uint8 reason);

    /// First transaction of every block whose L1 origin differs from its parent's.
    function advance(uint64 number, bytes32 hash, uint64 timestamp, uint64 inboxPosition, bytes32 inboxAccumulator)
        external;
    /// Carries out the inbox's CLOSE message.
    function enterSettle() external;
    /// Stands in the place of a forced transaction that can't be executed there.
    function skipForced(uint64 inboxIndex, bytes32 transactionHash, uint8 reason) external;
    /// Called by the Settler when its last item is written.
    function enterSettled() external;

    function l1OriginNumber() external view returns (uint64);
    function l1OriginHash() external view returns (bytes32);
    function l1OriginTimestamp() external view returns (uint64);
    function inboxPosition() external view returns (uint64);
    function inboxAccumulator() external view returns (bytes32);
    function mode() external view returns (Mode);
    function owner() external view returns (address);
    function faucetOperator() external view returns (address);
    /// What the native coin is (docs/decisions/0013-native-reserve.md).
    function currencyMode() external view returns (CurrencyMode);
    /// L1 token of currency mode `erc20`, else zero.
    function currencyToken() external view returns (address);
}

/// Append-only Merkle tree of depth 32 of messages to the L1; empty leaves are zero.
/// Slot 0: root after every append; slot 1: count; slots 2..33: newest complete left subtree of each height.
interface IOutbox {
    event MessageAppended(uint64 indexed index, OutboxKind indexed kind, bytes32 leaf, bytes payload);

    error OnlyBridgeOrSettler();

    function append(OutboxKind kind, bytes calldata payload) external returns (uint64 index);
    function root() external view returns (bytes32);
    function count() external view returns (uint64);
}

interface IL2Bridge {
    event DepositFinalised(address indexed l1Token, address indexed l2Token, address indexed to, uint256 amountOrId);
    event WithdrawalStarted(uint64 indexed outboxIndex, address indexed token, address indexed from, address to, uint256 amountOrId);

    event TokenRegistered(address indexed l1Token, address indexed l2Token, TokenStandard standard);

    /// A token of the bridge, but of another standard.
    error NotBridged(address token);
    error NotOwner(address token, uint256 tokenId);
    error NotDelivered(address token, uint256 tokenId);
    error AlreadyWithdrawn(address token, uint256 tokenId);
    error InvalidRecipient();
    error ZeroAmount();
    /// Can't happen while the L1 bridge keeps its limit (NATIVE_RESERVE).
    error ReserveExhausted();

    /// Carry out inbox messages; system only. L2 token addresses are deterministic clones, deployed at first use.
    /// The chain's currency (ETH in mode `eth`, the token in mode `erc20`) arrives as native coin out of the reserve,
    /// without a call of the recipient's code. Everything else is bridged: ETH as the token of l1Token = address(0).
    function finaliseErc20(address l1Token, address to, uint256 amount, string calldata name, string calldata symbol, uint8 decimals) external;
    function finaliseErc721(address l1Token, address to, uint256 tokenId, string calldata name, string calldata symbol, string calldata uri) external;

    function finaliseErc1155(address l1Token, address to, uint256 tokenId, uint256 amount, string calldata uri) external;
    /// Makes the bridged token exist before its first deposit. Repeated, it renews owner and royalties and nothing else.
    function registerToken(address l1Token, TokenStandard standard, string calldata name, string calldata symbol, uint8 decimals, address owner, address royaltyReceiver, uint16 royaltyBps) external;

    /// A bridged token is burnt and released on the L1 to `to`. One born here is taken for ever, which needs an allowance
    /// for this contract; what arrives here is minted on its L1 twin.
    function withdrawErc20(address l2Token, address to, uint256 amount) external;
    /// A bridged token is burnt and released (no approval needed); one born here is taken for ever, which needs the owner's
    /// approval of this contract, and minted on its L1 twin.
    function withdrawErc721(address l2Token, address to, uint256 tokenId) external;
    /// As withdrawErc20; a token born here needs the owner's approval of this contract.
    function withdrawErc1155(address l2Token, address to, uint256 tokenId, uint256 amount) external;
    /// Takes native coin: for ever, and mints the twin of the native coin (mode `issued`), or back into the reserve, and
    /// releases the L1 asset that it stands for.
    function withdrawNative(address to) external payable;

    function l2TokenOf(address l1Token, bool erc721) external view returns (address);
    function l2Erc1155Of(address l1Token) external view returns (address);
    /// Meaningful for bridged tokens only.
    function standardOf(address l2Token) external view returns (TokenStandard);
    /// Zero address and false when the token is not one of ours.
    function l1TokenOf(address l2Token) external view returns (address l1Token, bool bridged);
    /// Every bridged token, in order of first deposit.
    function bridgedTokens() external view returns (address[] memory);
    /// Whether a token born here went to its L1 twin.
    function isWithdrawn(address l2Token, uint256 tokenId) external view returns (bool);
}

/// A candidate owner; `creator` is the externally owned account that stands behind the contract at `account` by its
/// creation: the sender of the transaction that created it, or of the one that created its creator, and so on. Zero for
/// other accounts, and when unknown.
struct Holder {
    address account;
    address creator;
}

/// Kinds of assets in the order in which they are settled.
enum Phase {
    Native,
    BridgedErc20,
    BridgedErc721,
    BridgedErc1155,
    Erc20,
    Collections721,
    Collections1155,
    Finished
}

/// Writes the final ownership of everything into the outbox, reading it from the chain itself (PROTOCOL.md section 8,
/// docs/decisions/0014-beneficiaries.md). System only.
///
/// In mode Settle the phases come in their order, and within a phase items come strictly ascending over all calls (by
/// account; by token, then account or id; by token, then id, then account). In mode Settled (an addendum) tokens come in any
/// order, items ascending within a call. Either way what was written once (per asset and account, or per ERC-721 id) is
/// passed over, so nothing leaves twice.
///
/// Who gets what a contract holds, the first that applies:
/// 1. predeploys: a fee vault's recipient, else the chain's owner. The native coin of the bridge is no supply, nor is that
///    of the faucet and the settler in currency mode `issued`: passed over.
/// 2. an externally owned account (no code, or an EIP-7702 designator): itself
/// 3. `settlementBeneficiaries() returns (address[] accounts, uint256[] weights)`: 1 to 64 accounts, pro rata; the remainder
///    of the rounding to the first, an ERC-721 token whole to the first. An account that is a contract stands for its owner()
///    or the chain's owner.
/// 4. settleShares: the holders of the shares that the contract issues, pro rata; never ERC-721 tokens
/// 5. `owner()`, if externally owned
/// 6. Holder.creator, if externally owned
/// 7. the chain's owner
/// Zero balances are passed over. A transaction with too little gas for the bounded calls reverts as a whole and can be sent
/// again with fewer items. Whatever a token does, it costs a bounded amount of gas and blocks no other.
interface ISettler {
    /// Nothing was written for this item. `reason`: "balanceOf" or "ownerOf" (the token does not say), or "burnt". The key
    /// is the account, the id of an ERC-721, or 0 for an account without an address.
    event ItemSkipped(address indexed token, uint256 indexed key, bytes reason);
    /// The holders named in settleShares do not hold all shares of `holder`: the rules after them decided.
    event SharesRefused(address indexed holder);
    event Settled(uint64 outboxCount);

    error NotAscending();
    error WrongPhase();
    /// Not a token of the bridge, or not of this standard.
    error NotBridgedToken(address token);
    error BridgedToken(address token);

    function settleNative(Holder[] calldata holders) external;
    function settleErc20(address l2Token, Holder[] calldata holders) external;
    /// Bridged ERC-721: released on the L1. `contractOwners` as in settleErc721.
    function settleBridgedErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external;
    /// Bridged ERC-1155: released on the L1. Ids of a token ascend over the calls.
    function settleBridgedErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external;
    /// Describes an ERC-20 born here for its twin; settleErc20Born follows.
    /// @param creator as Holder.creator of the token
    function settleToken20(address l2Token, address creator) external;
    /// Holders of the token announced last.
    function settleErc20Born(address l2Token, Holder[] calldata holders) external;
    /// Metadata of a collection born here; `uriPrefix`/`uriSuffix` are hints that settleErc721 verifies token by token.
    function settleCollection(address l2Token, address creator, string calldata uriPrefix, string calldata uriSuffix) external;
    /// Tokens of the collection announced last. A URI over 2 KiB is replaced by `urn:keccak256:<hex of its hash>`, so that
    /// the text can still be proven from chain data.
    /// @param contractOwners creators of those owners that are contracts; others may be left out
    function settleErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners) external;
    /// Describes an ERC-1155 born here for its twin, with what it answers to uri(0) as the template; settleErc1155 follows.
    function settleCollection1155(address l2Token, address creator) external;
    /// Holders of one id of the collection announced last.
    function settleErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external;

    /// Settles one item, at its place among the others of its phase, whose holder issues shares of what it has: an ERC-20
    /// with holders of its own (a pool, a vault). Pro rata to its holders, rounded down, the remainder to the first.
    /// The item goes by the rules after this one when the account has settlementBeneficiaries(), when more than 512 holders
    /// are named, or when what they hold, by the token's own word, is not all of its totalSupply. Shares of the zero address
    /// and of the contract itself count towards the supply and receive nothing.
    /// @param phase one of Native, BridgedErc20, BridgedErc1155, Erc20, Collections1155; the last two after their announcement
    /// @param l2Token the asset, zero in phase Native
    /// @param tokenId of an ERC-1155, else 0
    /// @param holder of the asset, and issuer of the shares
    /// @param shareHolders strictly ascending; `creator` as everywhere
    function settleShares(
        Phase phase,
        address l2Token,
        uint256 tokenId,
        Holder calldata holder,
        Holder[] calldata shareHolders
    ) external;

    /// Enters mode Settled; not part of an addendum.
    function finish() external;

    /// Whether the balance of this account went to the outbox; `l2Token` zero = native coin.
    function isSettled(address l2Token, address account) external view returns (bool);
    /// The same for an ERC-721 token.
    function isSettledId(address l2Token, uint256 tokenId) external view returns (bool);
    /// The same for an account's units of one ERC-1155 id.
    function isSettledUnits(address l2Token, uint256 tokenId, address account) external view returns (bool);
}

/// Coin to give away: unissued, so that its balance is no supply (currency mode `issued`), or backed by what creation locked.
interface IFaucet {
    event Dripped(address indexed to, uint256 amountWei);

    error OnlyOperator();
    error DripFailed(address to);

    function drip(address to, uint256 amountWei) external;
}

/// Holds fees until anybody sends them on. Slot 0: recipient, set in genesis; zero = the chain's owner.
interface IFeeVault {
    event FeesWithdrawn(address indexed to, uint256 amountWei);

    error WithdrawalFailed(address to);

    /// Sends the whole balance to the recipient.
    function withdraw() external;
    function recipient() external view returns (address);
}

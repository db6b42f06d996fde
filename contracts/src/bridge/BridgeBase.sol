// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CurrencyMode} from "../rollup/IRollupFactory.sol";
import {IBridge, OutboxKind} from "./IBridge.sol";

/// What the factory tells a new bridge; name, symbol and decimals are those of the chain's native coin.
struct BridgeConfig {
    address rollup;
    address inbox;
    string name;
    string symbol;
    uint8 decimals;
    CurrencyMode currencyMode;
    /// Zero unless the mode is Erc20.
    address currencyToken;
    /// What the chain's genesis draws on, in its currency; the factory has sent it, or does in the same transaction.
    uint256 lockedFunds;
}

/// Storage of a bridge and the books that its parts share.
abstract contract BridgeBase is IBridge, Initializable, ReentrancyGuardTransient {
    /// A payment that failed; kept until its recipient can take it.
    struct Credit {
        address token;
        OutboxKind kind;
        address to;
        uint256 amountOrId;
        /// Of an ERC-1155; the word is not written for others.
        uint256 units;
    }

    /// A batch's view of the bits of executed messages: one word of outbox indexes at a time.
    struct Books {
        /// Zero, or the proposer of the isolated addendum that the batch is proven against.
        address poster;
        uint256 word;
        uint256 bits;
    }

    /// What the chain's bridge holds of the currency in block 0, beyond supply: no more may ever be locked
    /// (packages/protocol, genesisAccounts.ts).
    uint256 public constant NATIVE_RESERVE = 1 << 127;

    BridgeConfig internal _config;
    /// INVARIANT: for ETH, balance >= locked + credits + escrow; for a well-behaved token, balance >= locked + credits.
    /// INVARIANT: where the currency is an L1 asset, locked >= native coin outside the chain's reserve.
    /// @inheritdoc IBridge
    mapping(address l1Token => uint256) public locked;
    /// @inheritdoc IBridge
    mapping(address l1Token => mapping(uint256 tokenId => bool)) public isLocked;
    /// @inheritdoc IBridge
    mapping(address l1Token => mapping(uint256 tokenId => uint256)) public lockedUnits;
    /// @inheritdoc IBridge
    uint256 public escrow;
    /// By word of the outbox index, for isolated addenda with their poster's address above it.
    /// INVARIANT: a bit is set once and never cleared.
    mapping(uint256 word => uint256 bits) private _executed;
    mapping(uint64 index => Credit) internal _credits;

    /// @inheritdoc IBridge
    function rollup() external view returns (address) {
        return _config.rollup;
    }

    /// @inheritdoc IBridge
    function isExecuted(uint64 index) external view returns (bool) {
        return isExecutedFor(address(0), index);
    }

    /// @inheritdoc IBridge
    function isExecutedFor(address poster, uint64 index) public view returns (bool) {
        return _isSet(_executed[_word(poster, index)], index);
    }

    /// @inheritdoc IBridge
    function creditOf(uint64 index)
        external
        view
        returns (OutboxKind kind, address token, address to, uint256 amountOrId)
    {
        Credit storage credit = _credits[index];
        return (credit.kind, credit.token, credit.to, credit.amountOrId);
    }

    /// @inheritdoc IBridge
    function creditedUnitsOf(uint64 index) external view returns (uint256) {
        return _credits[index].units;
    }

    function _openBooks(address poster) internal pure returns (Books memory) {
        return Books({poster: poster, word: type(uint256).max, bits: 0});
    }

    function _isExecuted(Books memory books, uint64 index) internal view returns (bool) {
        uint256 word = _word(books.poster, index);
        if (word != books.word) (books.word, books.bits) = (word, _executed[word]);
        return _isSet(books.bits, index);
    }

    /// The copy in memory is true: bits are written here alone, in batches that nothing can enter.
    function _setExecuted(Books memory books, uint64 index) internal {
        books.bits |= 1 << (index & 0xff);
        _executed[books.word] = books.bits;
    }

    function _isSet(uint256 bits, uint64 index) private pure returns (bool) {
        return bits >> (index & 0xff) & 1 == 1;
    }

    function _word(address poster, uint64 index) private pure returns (uint256) {
        return uint256(uint160(poster)) << 64 | index >> 8;
    }

    /// Takes an asset into the books of what the chain is owed.
    function _lock(address token, uint256 amount) internal {
        uint256 total = locked[token] + amount;
        if (_isCurrency(token) && total > NATIVE_RESERVE) revert ReserveExceeded();
        locked[token] = total;
    }

    /// Whether this L1 asset (zero = ETH) is the chain's native coin.
    function _isCurrency(address token) internal view returns (bool) {
        return _config.currencyMode != CurrencyMode.Issued && token == _config.currencyToken;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {BridgeTwins} from "./BridgeTwins.sol";
import {OutboxKind} from "./IBridge.sol";

/// The way out: which function carries out which kind of message, and the release of what was deposited.
abstract contract BridgePayouts is BridgeTwins {
    uint256 private constant ETH_GAS = 100_000;
    uint256 private constant TOKEN_GAS = 300_000;
    /// Room to write a credit and the event after a failed payment.
    uint256 private constant RESERVE_GAS = 180_000;

    /// @return executed false when the message stays open
    function _executeMessage(Books memory books, uint64 index, OutboxKind kind, bytes calldata payload)
        internal
        returns (bool executed)
    {
        // The hot kinds first: settlements are mostly mints.
        if (kind == OutboxKind.MintErc721) executed = _mintErc721(books, index, payload);
        // INVARIANT: what others are owed moves only by packs that the proposer answers for or that can be disputed.
        else if (books.poster == address(0) && _isOwed(kind)) executed = _executeOwed(books, index, kind, payload);
        else if (kind == OutboxKind.MintErc20) executed = _mintErc20(books, index, payload);
        else if (kind == OutboxKind.MintErc1155) executed = _mintErc1155(books, index, payload);
        else if (kind == OutboxKind.Collection) executed = _setCollection(books, index, payload);
        else if (kind == OutboxKind.Erc20Metadata) executed = _setToken(books, index, payload);
        else if (kind == OutboxKind.Collection1155) executed = _setCollection1155(books, index, payload);
        if (!executed && books.poster == address(0)) emit MessageNotPayable(index, kind);
    }

    /// Pays a release or a credit.
    /// @param token zero = ETH
    function _pay(OutboxKind kind, address token, address to, uint256 amountOrId, uint256 units, uint256 gasLimit)
        internal
        returns (bool paid)
    {
        if (kind == OutboxKind.ReleaseErc20) {
            if (token == address(0)) return _call(to, amountOrId, "", gasLimit);
            if (token.code.length == 0) return false;
            return BoundedCall.callOptionalBool(token, abi.encodeCall(IERC20.transfer, (to, amountOrId)), gasLimit);
        }
        if (token.code.length == 0) return false;
        bytes memory input = kind == OutboxKind.ReleaseErc721
            ? abi.encodeCall(IERC721.transferFrom, (address(this), to, amountOrId))
            : abi.encodeCall(IERC1155.safeTransferFrom, (address(this), to, amountOrId, units, ""));
        return _call(token, 0, input, gasLimit);
    }

    /// The native coin, and what was deposited.
    function _isOwed(OutboxKind kind) private pure returns (bool) {
        return (kind >= OutboxKind.ReleaseErc20 && kind <= OutboxKind.MintNative) || kind == OutboxKind.ReleaseErc1155;
    }

    function _executeOwed(Books memory books, uint64 index, OutboxKind kind, bytes calldata payload)
        private
        returns (bool)
    {
        if (kind == OutboxKind.MintNative) return _mintNative(books, index, payload);
        if (kind == OutboxKind.ReleaseErc20) return _releaseErc20(books, index, payload);
        if (kind == OutboxKind.ReleaseErc721) return _releaseErc721(books, index, payload);
        return _releaseErc1155(books, index, payload);
    }

    function _releaseErc20(Books memory books, uint64 index, bytes calldata payload) private returns (bool) {
        (address token, address to, uint256 amount) = abi.decode(payload, (address, address, uint256));
        // INVARIANT: no asset is paid beyond what was deposited, whatever the outbox says.
        if (locked[token] < amount || to == address(0)) return false;
        locked[token] -= amount;
        return _release(books, index, OutboxKind.ReleaseErc20, token, to, amount, 0);
    }

    function _releaseErc721(Books memory books, uint64 index, bytes calldata payload) private returns (bool) {
        (address token, address to, uint256 tokenId) = abi.decode(payload, (address, address, uint256));
        if (!isLocked[token][tokenId] || to == address(0)) return false;
        isLocked[token][tokenId] = false;
        return _release(books, index, OutboxKind.ReleaseErc721, token, to, tokenId, 0);
    }

    function _releaseErc1155(Books memory books, uint64 index, bytes calldata payload) private returns (bool) {
        (address token, address to, uint256 tokenId, uint256 amount) =
            abi.decode(payload, (address, address, uint256, uint256));
        if (lockedUnits[token][tokenId] < amount || to == address(0)) return false;
        lockedUnits[token][tokenId] -= amount;
        return _release(books, index, OutboxKind.ReleaseErc1155, token, to, tokenId, amount);
    }

    /// Pays what the books let go of, or writes a credit.
    function _release(
        Books memory books,
        uint64 index,
        OutboxKind kind,
        address token,
        address to,
        uint256 amountOrId,
        uint256 units
    ) private returns (bool) {
        _setExecuted(books, index);
        uint256 gasLimit = token == address(0) ? ETH_GAS : TOKEN_GAS;
        if (gasleft() < gasLimit + gasLimit / 32 + RESERVE_GAS) revert InsufficientGas();
        bool paid = _pay(kind, token, to, amountOrId, units, gasLimit);
        if (!paid) {
            Credit storage credit = _credits[index];
            (credit.token, credit.kind, credit.to, credit.amountOrId) = (token, kind, to, amountOrId);
            if (units > 0) credit.units = units;
        }
        emit MessageExecuted(index, kind, to, token, amountOrId, paid);
        return true;
    }

    /// No return data is copied, whatever the callee sends back.
    function _call(address to, uint256 value, bytes memory input, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, to, value, add(input, 0x20), mload(input), 0, 0)
        }
    }
}

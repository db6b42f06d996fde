// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {IInbox, MessageKind} from "../rollup/IInbox.sol";
import {BridgeBase} from "./BridgeBase.sol";
import {IBridge} from "./IBridge.sol";

/// The way in: assets are taken and the inbox tells the chain.
abstract contract BridgeDeposits is BridgeBase {
    using SafeERC20 for IERC20;

    uint256 private constant METADATA_GAS = 200_000;
    uint256 private constant URI_GAS = 1_000_000;
    /// Limits in bytes; what the chain stores of a token must fit the gas limit of its deposit transaction.
    uint256 public constant MAX_NAME_LENGTH = 96;
    uint256 public constant MAX_URI_LENGTH = 1_024;

    /// @inheritdoc IBridge
    function depositEth(address to) external payable nonReentrant {
        _checkOpen(to);
        if (msg.value == 0) revert ZeroAmount();
        locked[address(0)] += msg.value;
        uint64 index = _deliver(MessageKind.DepositEth, abi.encode(to, msg.value));
        emit Deposited(index, address(0), msg.sender, to, msg.value);
    }

    /// @inheritdoc IBridge
    function depositErc20(address token, address to, uint256 amount) external nonReentrant {
        _checkOpen(to);
        (bytes memory name, bytes memory symbol, uint8 decimals) = _erc20Metadata(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 held = IERC20(token).balanceOf(address(this));
        if (held <= before) revert ZeroAmount();
        uint256 received = held - before;
        locked[token] += received;
        uint64 index =
            _deliver(MessageKind.DepositErc20, abi.encode(token, to, received, name, symbol, decimals));
        emit Deposited(index, token, msg.sender, to, received);
    }

    /// @inheritdoc IBridge
    function depositErc721(address token, address to, uint256 tokenId) external nonReentrant {
        _checkOpen(to);
        IERC721(token).transferFrom(msg.sender, address(this), tokenId);
        // ERC-20 has the same transferFrom; only an ERC-721 knows an owner of the id.
        if (IERC721(token).ownerOf(tokenId) != address(this) || isLocked[token][tokenId]) {
            revert UnsupportedToken(token);
        }
        isLocked[token][tokenId] = true;
        uint64 index = _deliver(MessageKind.DepositErc721, _erc721Message(token, to, tokenId));
        emit Deposited(index, token, msg.sender, to, tokenId);
    }

    function _checkOpen(address to) private view {
        if (IInbox(_config.inbox).closed()) revert BridgeClosed();
        if (to == address(0) || uint160(to) >> 16 == 0x7e) revert InvalidRecipient(to);
    }

    function _deliver(MessageKind kind, bytes memory data) private returns (uint64) {
        return IInbox(_config.inbox).deliver(kind, msg.sender, data);
    }

    function _erc20Metadata(address token)
        private
        view
        returns (bytes memory name, bytes memory symbol, uint8 decimals)
    {
        bool named;
        bool hasSymbol;
        (named, name) =
            BoundedCall.readString(token, abi.encodeCall(IERC20Metadata.name, ()), METADATA_GAS, MAX_NAME_LENGTH);
        (hasSymbol, symbol) =
            BoundedCall.readString(token, abi.encodeCall(IERC20Metadata.symbol, ()), METADATA_GAS, MAX_NAME_LENGTH);
        (bool counted, uint256 word) =
            BoundedCall.readWord(token, abi.encodeCall(IERC20Metadata.decimals, ()), METADATA_GAS);
        if (!named || !hasSymbol || !counted || word > type(uint8).max) revert UnsupportedToken(token);
        decimals = uint8(word);
    }

    /// Metadata is optional in ERC-721: what is missing or too long stays empty on the chain; the original
    /// keeps it, and comes back at the end.
    function _erc721Message(address token, address to, uint256 tokenId) private view returns (bytes memory) {
        (, bytes memory name) =
            BoundedCall.readString(token, abi.encodeCall(IERC721Metadata.name, ()), METADATA_GAS, MAX_NAME_LENGTH);
        (, bytes memory symbol) =
            BoundedCall.readString(token, abi.encodeCall(IERC721Metadata.symbol, ()), METADATA_GAS, MAX_NAME_LENGTH);
        (, bytes memory uri) = BoundedCall.readString(
            token, abi.encodeCall(IERC721Metadata.tokenURI, (tokenId)), URI_GAS, MAX_URI_LENGTH
        );
        return abi.encode(token, to, tokenId, name, symbol, uri);
    }
}

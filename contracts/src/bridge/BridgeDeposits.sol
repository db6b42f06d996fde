// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {TokenReader} from "../lib/TokenReader.sol";
import {IInbox, MessageKind, TokenStandard} from "../rollup/IInbox.sol";
import {BridgeBase} from "./BridgeBase.sol";
import {IBridge} from "./IBridge.sol";

/// The way in: assets are taken and the inbox tells the chain.
abstract contract BridgeDeposits is BridgeBase, IERC1155Receiver {
    using SafeERC20 for IERC20;

    uint256 private constant METADATA_GAS = 200_000;
    uint256 private constant URI_GAS = 1_000_000;
    /// Limits in bytes; what the chain stores of a token must fit the gas limit of its deposit transaction.
    uint256 public constant MAX_NAME_LENGTH = 96;
    uint256 public constant MAX_URI_LENGTH = 1_024;

    /// The ERC-1155 that is being deposited, while it is: others may not send their tokens here, nobody would own them.
    address private transient _receiving;

    /// @inheritdoc IBridge
    function depositEth(address to) external payable nonReentrant {
        _checkOpen(to);
        if (msg.value == 0) revert ZeroAmount();
        _lock(address(0), msg.value);
        uint64 index = _deliver(MessageKind.DepositEth, abi.encode(to, msg.value));
        emit Deposited(index, address(0), msg.sender, to, msg.value);
    }

    /// @inheritdoc IBridge
    function depositErc20(address token, address to, uint256 amount) external nonReentrant {
        _checkOpen(to);
        (bytes memory name, bytes memory symbol, uint8 decimals) = _erc20Metadata(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _received(before, IERC20(token).balanceOf(address(this)));
        _lock(token, received);
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

    /// @inheritdoc IBridge
    function depositErc1155(address token, address to, uint256 tokenId, uint256 amount) external nonReentrant {
        _checkOpen(to);
        uint256 before = IERC1155(token).balanceOf(address(this), tokenId);
        _receiving = token;
        IERC1155(token).safeTransferFrom(msg.sender, address(this), tokenId, amount, "");
        _receiving = address(0);
        uint256 received = _received(before, IERC1155(token).balanceOf(address(this), tokenId));
        lockedUnits[token][tokenId] += received;
        bytes memory uri = _uri(token, abi.encodeCall(IERC1155MetadataURI.uri, (tokenId)));
        uint64 index = _deliver(MessageKind.DepositErc1155, abi.encode(token, to, tokenId, received, uri));
        emit Deposited(index, token, msg.sender, to, tokenId);
    }

    /// @inheritdoc IBridge
    function registerToken(address token, TokenStandard standard) external {
        bytes memory name;
        bytes memory symbol;
        uint8 decimals;
        address receiver;
        uint16 bps;
        if (standard == TokenStandard.Erc20) {
            // The chain's currency has no bridged image.
            if (_isCurrency(token)) revert UnsupportedToken(token);
            (name, symbol, decimals) = _erc20Metadata(token);
        } else {
            _checkInterface(
                token, standard == TokenStandard.Erc721 ? type(IERC721).interfaceId : type(IERC1155).interfaceId
            );
            (name, symbol) = _collectionNames(token);
            (receiver, bps) = TokenReader.royaltyOf(token, METADATA_GAS);
        }
        address owner = TokenReader.ownerOf(token, METADATA_GAS);
        _deliver(
            MessageKind.RegisterToken, abi.encode(token, standard, name, symbol, decimals, owner, receiver, bps)
        );
    }

    /// @inheritdoc IBridge
    function forceTransaction(bytes calldata raw) external {
        _deliver(MessageKind.ForcedTransaction, raw);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external view returns (bytes4) {
        if (msg.sender != _receiving) revert UnsupportedToken(msg.sender);
        return IERC1155Receiver.onERC1155Received.selector;
    }

    /// Refuses always: deposits come one by one.
    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        external
        view
        returns (bytes4)
    {
        revert UnsupportedToken(msg.sender);
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _checkOpen(address to) private view {
        if (IInbox(_config.inbox).closed()) revert BridgeClosed();
        if (to == address(0) || uint160(to) >> 16 == 0x7e) revert InvalidRecipient(to);
    }

    function _deliver(MessageKind kind, bytes memory data) private returns (uint64) {
        return IInbox(_config.inbox).deliver(kind, msg.sender, data);
    }

    function _received(uint256 before, uint256 held) private pure returns (uint256) {
        if (held <= before) revert ZeroAmount();
        return held - before;
    }

    function _checkInterface(address token, bytes4 interfaceId) private view {
        (, uint256 supported) =
            BoundedCall.readWord(token, abi.encodeCall(IERC165.supportsInterface, (interfaceId)), METADATA_GAS);
        if (supported != 1) revert UnsupportedToken(token);
    }

    function _erc20Metadata(address token)
        private
        view
        returns (bytes memory name, bytes memory symbol, uint8 decimals)
    {
        bool named;
        bool hasSymbol;
        bool counted;
        (named, name) = TokenReader.nameOf(token, METADATA_GAS, MAX_NAME_LENGTH);
        (hasSymbol, symbol) = TokenReader.symbolOf(token, METADATA_GAS, MAX_NAME_LENGTH);
        (counted, decimals) = TokenReader.decimalsOf(token, METADATA_GAS);
        if (!named || !hasSymbol || !counted) revert UnsupportedToken(token);
    }

    /// Optional in ERC-721 and ERC-1155: what is missing or too long stays empty on the chain; the original keeps it, and
    /// comes back at the end.
    function _collectionNames(address token) private view returns (bytes memory name, bytes memory symbol) {
        (, name) = TokenReader.nameOf(token, METADATA_GAS, MAX_NAME_LENGTH);
        (, symbol) = TokenReader.symbolOf(token, METADATA_GAS, MAX_NAME_LENGTH);
    }

    function _uri(address token, bytes memory input) private view returns (bytes memory uri) {
        (, uri) = BoundedCall.readString(token, input, URI_GAS, MAX_URI_LENGTH);
    }

    function _erc721Message(address token, address to, uint256 tokenId) private view returns (bytes memory) {
        (bytes memory name, bytes memory symbol) = _collectionNames(token);
        bytes memory uri = _uri(token, abi.encodeCall(IERC721Metadata.tokenURI, (tokenId)));
        return abi.encode(token, to, tokenId, name, symbol, uri);
    }
}

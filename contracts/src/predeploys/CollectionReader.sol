// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {TokenReader} from "../lib/TokenReader.sol";
import {Beneficiary} from "./Beneficiary.sol";

/// Reads tokens that nobody vouches for, and makes the payloads that describe them.
library CollectionReader {
    uint256 internal constant READ_GAS = 500_000;
    uint256 internal constant BALANCE_GAS = 200_000;
    uint256 internal constant URI_GAS = 2_000_000;
    uint256 internal constant MAX_NAME_LENGTH = 256;
    /// Longest token URI that goes to the L1 as it is, bytes.
    uint256 internal constant MAX_URI_LENGTH = 2_048;
    /// Longest token URI that can be read at all: room for images in data URIs.
    uint256 internal constant MAX_READ_LENGTH = 131_072;

    function ownerOf(address token, uint256 tokenId) internal view returns (bool known, address owner) {
        return BoundedCall.readAddress(token, abi.encodeCall(IERC721.ownerOf, (tokenId)), READ_GAS);
    }

    function balanceOf(address token, address account) internal view returns (bool known, uint256 amount) {
        return BoundedCall.readWord(token, abi.encodeCall(IERC20.balanceOf, (account)), BALANCE_GAS);
    }

    function unitsOf(address token, address account, uint256 tokenId)
        internal
        view
        returns (bool known, uint256 amount)
    {
        return BoundedCall.readWord(token, abi.encodeCall(IERC1155.balanceOf, (account, tokenId)), BALANCE_GAS);
    }

    /// The URI as it goes to the L1: empty when the token has none, named by its hash when it is too long.
    function uriOf(address token, uint256 tokenId) internal view returns (bytes memory uri) {
        return _uri(token, abi.encodeCall(IERC721Metadata.tokenURI, (tokenId)));
    }

    /// The same for an ERC-1155, where it may be a template with {id}.
    function unitsUriOf(address token, uint256 tokenId) internal view returns (bytes memory uri) {
        return _uri(token, abi.encodeCall(IERC1155MetadataURI.uri, (tokenId)));
    }

    /// Payload of a Collection message. A royalty receiver that is a contract here is nobody on the L1: the owner takes over.
    /// @param owner account on the L1, or zero
    function metadata(address token, address owner, string memory uriPrefix, string memory uriSuffix)
        internal
        view
        returns (bytes memory payload)
    {
        (bytes memory name, bytes memory symbol) = _names(token);
        (address receiver, uint16 bps) = _royalty(token, owner);
        return abi.encode(token, name, symbol, owner, receiver, bps, uriPrefix, uriSuffix);
    }

    /// Payload of a Collection1155 message.
    function metadata1155(address token, address owner, bytes memory template)
        internal
        view
        returns (bytes memory payload)
    {
        (bytes memory name, bytes memory symbol) = _names(token);
        (address receiver, uint16 bps) = _royalty(token, owner);
        return abi.encode(token, name, symbol, owner, receiver, bps, template);
    }

    /// Payload of an Erc20Metadata message.
    function metadata20(address token, address owner) internal view returns (bytes memory payload) {
        (bytes memory name, bytes memory symbol) = _names(token);
        (, uint8 decimals) = TokenReader.decimalsOf(token, READ_GAS);
        return abi.encode(token, name, symbol, decimals, owner);
    }

    function _names(address token) private view returns (bytes memory name, bytes memory symbol) {
        (, name) = TokenReader.nameOf(token, READ_GAS, MAX_NAME_LENGTH);
        (, symbol) = TokenReader.symbolOf(token, READ_GAS, MAX_NAME_LENGTH);
    }

    function _royalty(address token, address owner) private view returns (address receiver, uint16 bps) {
        (receiver, bps) = TokenReader.royaltyOf(token, READ_GAS);
        if (!Beneficiary.isExternallyOwned(receiver)) receiver = owner;
    }

    function _uri(address token, bytes memory input) private view returns (bytes memory uri) {
        (, uri) = BoundedCall.readString(token, input, URI_GAS, MAX_READ_LENGTH);
        if (uri.length > MAX_URI_LENGTH) {
            // Without 0x, as the names of hashes in URNs are written.
            bytes memory digits = bytes(Strings.toHexString(uint256(keccak256(uri)), 32));
            assembly ("memory-safe") {
                let length := sub(mload(digits), 2)
                digits := add(digits, 2)
                mstore(digits, length)
            }
            uri = bytes.concat("urn:keccak256:", digits);
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {BridgedCollection} from "./BridgedCollection.sol";
import {IBridgedErc1155} from "./IBridgedTokens.sol";

/// Clone implementation.
contract BridgedErc1155 is IBridgedErc1155, ERC1155, BridgedCollection {
    mapping(uint256 tokenId => string) private _uris;

    constructor() ERC1155("") {}

    /// @inheritdoc IBridgedErc1155
    function mint(address to, uint256 tokenId, uint256 amount, string calldata uri_) external onlyBridge {
        // Without the check of the recipient that _mint makes: a deposit must not fail.
        _move(address(0), to, tokenId, amount);
        if (keccak256(bytes(uri_)) != keccak256(bytes(_uris[tokenId]))) {
            _uris[tokenId] = uri_;
            emit URI(uri_, tokenId);
        }
    }

    /// @inheritdoc IBridgedErc1155
    function burn(address from, uint256 tokenId, uint256 amount) external onlyBridge {
        _move(from, address(0), tokenId, amount);
    }

    function name() external view returns (string memory) {
        return _tokenName;
    }

    function symbol() external view returns (string memory) {
        return _tokenSymbol;
    }

    function uri(uint256 tokenId) public view override returns (string memory) {
        return _uris[tokenId];
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC1155, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    function _move(address from, address to, uint256 tokenId, uint256 amount) private {
        uint256[] memory ids = new uint256[](1);
        uint256[] memory values = new uint256[](1);
        (ids[0], values[0]) = (tokenId, amount);
        _update(from, to, ids, values);
    }
}

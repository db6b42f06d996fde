// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IBridgedErc721, OnlyBridge} from "./IBridgedTokens.sol";
import {L2_BRIDGE} from "./IPredeploys.sol";

/// Clone implementation; see BridgedErc20 about initialisation.
contract BridgedErc721 is IBridgedErc721, ERC721, Initializable {
    /// @inheritdoc IBridgedErc721
    address public l1Token;
    string private _tokenName;
    string private _tokenSymbol;
    mapping(uint256 tokenId => string) private _uris;

    modifier onlyBridge() {
        if (msg.sender != L2_BRIDGE) revert OnlyBridge();
        _;
    }

    constructor() ERC721("", "") {}

    /// @inheritdoc IBridgedErc721
    function initialize(address l1Token_, string calldata name_, string calldata symbol_)
        external
        onlyBridge
        initializer
    {
        l1Token = l1Token_;
        _tokenName = name_;
        _tokenSymbol = symbol_;
    }

    /// @inheritdoc IBridgedErc721
    function mint(address to, uint256 tokenId, string calldata uri) external onlyBridge {
        _mint(to, tokenId);
        _uris[tokenId] = uri;
    }

    /// @inheritdoc IBridgedErc721
    function burn(uint256 tokenId) external onlyBridge {
        _burn(tokenId);
        delete _uris[tokenId];
    }

    function name() public view override returns (string memory) {
        return _tokenName;
    }

    function symbol() public view override returns (string memory) {
        return _tokenSymbol;
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return _uris[tokenId];
    }
}
